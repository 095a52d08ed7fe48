// Readers of sessions, scripts, recipes, run folders, OSC packets and sound.
#include <unistd.h>

#include <fstream>

#include "app/document/session_file.h"
#include "app/script/script.h"
#include "app/training/run_comparison.h"
#include "core/files.h"
#include "core/json.h"
#include "fuzz/bytes_file.h"
#include "fuzz/targets.h"
#include "inputs/osc.h"
#include "models/network_spec.h"
#include "sound/sound_file.h"
#include "support/sounds.h"
#include "train/recipe/recipe.h"
#include "train/run/run_folder.h"
#include "train/step/journal.h"
#include "train/watch/weight_history.h"

namespace ganvas::fuzz {
namespace {

namespace fs = std::filesystem;

void session(std::string_view bytes) {
  quietly([&] { app::session_to_json(app::session_from_json(parse_json(bytes, "It"), "It")).dump(); });
}

void script(std::string_view bytes) {
  quietly([&] { app::parse_script(parse_json(bytes, "It"), "It"); });
}

void recipe(std::string_view bytes) {
  quietly([&] { to_json(train::recipe_from_json(parse_json(bytes, "It"), "It")).dump(); });
}

void network(std::string_view bytes) {
  quietly([&] { to_json(models::network_spec_from_json(parse_json(bytes, "It"))).dump(); });
}

void journal(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] { train::read_edits(file.path()); });
}

/// A folder of this process with one file of these bytes in it.
class BytesFolder {
 public:
  BytesFolder(const char* name, std::string_view bytes)
      : root_(fs::temp_directory_path() / fmt::format("ganvas-fuzz-{}", ::getpid())) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  ~BytesFolder() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  BytesFolder(const BytesFolder&) = delete;
  BytesFolder& operator=(const BytesFolder&) = delete;
  [[nodiscard]] const fs::path& root() const { return root_; }

 private:
  fs::path root_;
};

void run(std::string_view bytes) {
  for (const char* name : {"recipe.json", "log.jsonl", "quality.jsonl"}) {
    const BytesFolder folder(name, bytes);
    if (std::string_view(name) != "recipe.json") std::ofstream(folder.root() / "recipe.json") << "{}";
    quietly([&] { app::read_runs(folder.root()); });
  }
  const BytesFolder folder("checkpoints/health.json", bytes);
  quietly([&] { const train::CheckpointIndex index(folder.root()); });
}

void history(std::string_view bytes) {
  const BytesFolder folder("step-00000001-kimg-000001.000.safetensors.zst", bytes);
  quietly([&] {
    const train::WeightHistory history(folder.root());
    static_cast<void>(history.read(0));
  });
}

void osc(std::string_view bytes) {
  inputs::osc_events(bytes);
}

void sound(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] {
    sound::SoundFile opened(file.path());
    std::vector<float> samples(static_cast<std::size_t>(opened.channels()) * 4096);
    while (opened.read(samples) == 4096) {
    }
  });
}

/// A little of each kind that people have.
std::vector<std::string> little_sounds() {
  std::vector<std::string> files;
  for (const int format :
       {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
        SF_FORMAT_OGG | SF_FORMAT_VORBIS, SF_FORMAT_AIFF | SF_FORMAT_PCM_24, SF_FORMAT_CAF | SF_FORMAT_ALAC_16}) {
    const fs::path path = fs::temp_directory_path() / fmt::format("ganvas-fuzz-sound-{}", ::getpid());
    test::write_sound(path, test::click_track({0.1}, 0.3, 8000), 8000, 1, format);
    files.push_back(read_file(path));
    fs::remove(path);
  }
  return files;
}

}  // namespace

std::vector<Target> document_targets() {
  const auto runs = [] {
    return std::vector<std::string>{R"({"step": 1, "kimg": 0.1, "d_loss": 1, "g_loss": 2})"
                                    "\n"
                                    R"({"state": "finished", "step": 1})",
                                    R"({"step": 1, "face_kid": 0.1, "missing": ["green hair"], "alarm": ""})",
                                    R"({"100": {"healthy": true, "distance": 0.5}})"};
  };
  return {{"session", session, [] { return std::vector{app::session_to_json(app::AppState()).dump()}; }},
          {"script", script, [] { return contents({"assets/tour.json"}); }},
          {"recipe", recipe, [] { return contents({"assets/recipes"}); }},
          {"network", network, [] { return std::vector{to_json(models::NetworkSpec()).dump()}; }},
          {"journal", journal,
           [] { return std::vector<std::string>{R"({"step": 5, "key": "loss.r1_gamma", "value": 3})"}; }},
          {"run", run, runs},
          {"history", history, runs},
          {"sound", sound, little_sounds},
          {"osc", osc, [] {
             return std::vector{std::string("/knob\0\0\0,if\0\0\0\0\7\x3f\0\0\0", 20),
                                std::string("#bundle\0\0\0\0\0\0\0\0\1\0\0\0\x0c/a\0\0,i\0\0\0\0\0\1", 32)};
           }}};
}

}  // namespace ganvas::fuzz
