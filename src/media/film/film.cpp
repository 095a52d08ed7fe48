#include "media/film/film.h"

#include <memory>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/process/torn_files.h"
#include "media/film/animation_encoder.h"
#include "media/film/video_encoder.h"
#include "media/png.h"
#include "sound/sound_file.h"

namespace ganvas::media {

namespace {

namespace fs = std::filesystem;

constexpr const char* kNote = "film.json";  ///< in the folder of frames: what they are of

fs::path frame_path(const fs::path& folder, int index) {
  return folder / fmt::format("frame{:05}.png", index);
}

fs::path folder_of(const FilmOptions& options) {
  if (options.path.extension().empty()) return options.path;
  fs::path folder = options.path;
  folder += ".frames";
  return folder;
}

bool is_ours(const fs::path& file) {
  const std::string name = name_when_whole(file.filename().string());
  return name == kNote || (name.starts_with("frame") && name.ends_with(".png"));
}

/// The folder holds frames of this very film, or none.
void prepare(const fs::path& folder, const FilmOptions& options) {
  const Json note{{"ganvas_film", 1},
                  {"content", sha256_of(options.content.data(), options.content.size())},
                  {"frames", options.frames},
                  {"fps", options.fps}};
  std::error_code none;
  if (fs::exists(folder / kNote, none)) {
    try {
      if (read_json(folder / kNote) == note) return remove_torn_files(folder);
    } catch (const Error&) {
      // A damaged note: the frames may be of anything.
    }
  }
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    require(is_ours(entry.path()), "The folder {} holds other files, such as {}; choose an empty or a new one.",
            folder.string(), entry.path().filename().string());
  }
  fs::remove_all(folder, none);
  write_json(folder / kNote, note);
}

/// Encodes the frames of the folder.
template <typename Add>
bool for_each_frame(const fs::path& folder, const FilmOptions& options, const std::function<bool(int, int)>& progress,
                    const Add& add) {
  for (int i = 0; i < options.frames; ++i) {
    if (!progress(options.frames, options.frames)) return false;
    add(read_png(frame_path(folder, i)), i);
  }
  return true;
}

struct Stopped {};

void encode(const fs::path& folder, const FilmOptions& options, const std::function<bool(int, int)>& progress) {
  write_file_with(options.path, [&](const fs::path& temporary) {
    bool whole = false;
    if (options.path.extension() == ".mp4") {
      VideoEncoder encoder(temporary,
                           {.path = options.path, .sound = options.sound, .fps = options.fps, .preset = "medium"});
      whole = for_each_frame(folder, options, progress, [&](const Image& image, int index) {
        encoder.add(image.view(), static_cast<double>(index) / options.fps);
      });
      if (whole) encoder.finish();
    } else {
      AnimationEncoder encoder(temporary, {.path = options.path, .fps = options.fps, .loop = options.loop});
      whole = for_each_frame(folder, options, progress, [&](const Image& image, int) { encoder.add(image.view()); });
      if (whole) encoder.finish();
    }
    if (!whole) throw Stopped();
  });
}

}  // namespace

void check_film(const FilmOptions& options) {
  const std::string extension = options.path.extension().string();
  require(!options.path.empty(), "A film needs a name, such as film.mp4.");
  require(extension == ".mp4" || extension == ".gif" || extension == ".webp" || extension.empty(),
          "A film is an .mp4, a .gif, a .webp, or a folder of pictures (a name without an extension), not {}.",
          options.path.string());
  require(options.sound.empty() || extension == ".mp4", "Only an .mp4 has sound; give {} a name that ends in .mp4.",
          options.path.string());
  const int most = extension == ".mp4" || extension.empty() ? 240 : 100;
  require(options.fps >= 1 && options.fps <= most, "{} has 1 to {} frames a second, not {}.",
          extension.empty() ? "A film" : "A film of the kind " + extension, most, options.fps);
  require(options.frames >= 1 && options.frames <= 1'000'000, "A film has 1 to 1,000,000 frames, not {}.",
          options.frames);
}

bool make_film(const FilmOptions& options, const std::function<Image(int)>& frame,
               const std::function<bool(int, int)>& progress) {
  check_film(options);
  if (!options.sound.empty()) sound::SoundFile{options.sound};  // what is wrong with it is said before the work
  const fs::path folder = folder_of(options);
  prepare(folder, options);
  for (int i = 0; i < options.frames; ++i) {
    if (!progress(i, options.frames)) return false;
    if (fs::exists(frame_path(folder, i))) continue;
    write_png(frame_path(folder, i), frame(i).view());
  }
  if (!progress(options.frames, options.frames)) return false;
  if (options.path.extension().empty()) return true;
  try {
    encode(folder, options, progress);
  } catch (const Stopped&) {
    return false;
  }
  std::error_code none;
  fs::remove_all(folder, none);
  return true;
}

}  // namespace ganvas::media
