#include "data/formats/idx.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"

namespace ganvas::data {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t images_magic = 0x0803;
constexpr std::uint32_t labels_magic = 0x0801;

/// A file that may be compressed. For one thread.
class GzipFile {
 public:
  explicit GzipFile(const fs::path& path) : path_(path) {
    require_regular_file(path);
    file_.reset(gzopen(path.c_str(), "rb"));
    require(file_ != nullptr, "Cannot open {}: {}.", path.string(), std::strerror(errno));
    std::error_code error;
    stored_ = fs::file_size(path, error);
    require(!error, "Cannot open {}: {}.", path.string(), error.message());
  }

  /// As many bytes as there are, `count` at most. Damage ends the file; ends_well() tells.
  std::size_t read(std::uint8_t* to, std::size_t count) {
    const int done = gzread(file_.get(), to, static_cast<unsigned>(count));
    if (done < 0) damaged_ = true;
    return done < 0 ? 0 : static_cast<std::size_t>(done);
  }

  /// Whether nothing follows and the check sum is right. For the end of reading.
  bool ends_well() {
    std::uint8_t more = 0;
    int code = Z_OK;
    const bool end = read(&more, 1) == 0;
    gzerror(file_.get(), &code);
    return end && !damaged_ && (code == Z_OK || code == Z_STREAM_END);
  }

  [[nodiscard]] bool compressed() const { return gzdirect(file_.get()) == 0; }
  /// Bytes that the content can have at most; exact when the file is not compressed.
  [[nodiscard]] std::uint64_t capacity() const { return compressed() ? stored_ * limits::deflate_ratio : stored_; }
  /// Bytes that are unpacked of it at most.
  [[nodiscard]] std::uint64_t allowed() const { return compressed() ? limits::unpacked(stored_) : stored_; }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose_r(file); }
  };
  fs::path path_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::uint64_t stored_ = 0;  // bytes on disk
  bool damaged_ = false;
};

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

/// The numbers of a header that begins with `magic`.
template <std::size_t count>
std::array<std::uint64_t, count> read_header(GzipFile& file, std::uint32_t magic, const char* content) {
  std::array<std::uint8_t, 4 * (count + 1)> bytes{};
  const std::size_t got = file.read(bytes.data(), bytes.size());
  require(got < 4 || big_endian(bytes.data()) == magic,
          "{} is no idx file of {}: it begins with {:08x} instead of {:08x}; give the file as MNIST is published.",
          file.path().string(), content, big_endian(bytes.data()), magic);
  require(got == bytes.size(), "The header of {} is cut short or damaged; copy or download the file again.",
          file.path().string());
  std::array<std::uint64_t, count> numbers{};
  for (std::size_t i = 0; i < count; ++i) numbers[i] = big_endian(bytes.data() + 4 * (i + 1));
  return numbers;
}

/// The `size` bytes behind a header of `header` bytes, which must be all that is left.
std::vector<std::uint8_t> read_rest(GzipFile& file, std::uint64_t header, std::uint64_t size) {
  constexpr std::uint64_t most = limits::array_bytes;
  const std::string name = file.path().string();
  require(size <= most, "{} claims {} of content, more than the {} that are read; give a smaller set.", name,
          human_bytes(size), human_bytes(most));
  const bool fits = file.compressed() ? header + size <= file.capacity() : header + size == file.capacity();
  require(fits, "The header of {} claims {} bytes, but the file {} {}; copy or download it again.", name, header + size,
          file.compressed() ? "cannot hold more than" : "has", file.capacity());
  require(size <= file.allowed() + header, "{} would unpack to {}, far more than such a file holds; download it again.",
          name, human_bytes(size));
  std::vector<std::uint8_t> bytes;
  constexpr std::uint64_t step = 16'000'000;  // memory grows with what is there, not with what is claimed
  while (bytes.size() < size) {
    const std::size_t before = bytes.size();
    const std::size_t wanted = std::min(step, size - before);
    bytes.resize(before + wanted);
    require(file.read(bytes.data() + before, wanted) == wanted,
            "{} is cut short or damaged: its header claims {} bytes; copy or download it again.", name, header + size);
  }
  require(file.ends_well(), "{} is damaged or longer than the {} bytes that its header claims; download it again.",
          name, header + size);
  return bytes;
}

std::string lower_name(const fs::path& path) {
  std::string name = path.filename().string();
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

bool named_like_images(const std::string& lower) {
  return lower.find("images") != std::string::npos && lower.find("idx3") != std::string::npos &&
         (lower.ends_with("ubyte") || lower.ends_with("ubyte.gz") || lower.ends_with(".idx3"));
}

/// The labels that belong to the images, or an empty path.
fs::path find_labels(const fs::path& images) {
  std::string name = images.filename().string();
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"images", "labels"}, {"idx3", "idx1"}}) {
    const auto at = name.rfind(from);
    if (at == std::string::npos) return {};
    name.replace(at, from.size(), to);
  }
  const std::string plain = name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
  std::error_code error;
  for (const std::string& candidate : {name, plain, plain + ".gz"}) {
    if (fs::is_regular_file(images.parent_path() / candidate, error)) return images.parent_path() / candidate;
  }
  return {};
}

}  // namespace

bool is_idx_images(const fs::path& path) {
  if (named_like_images(lower_name(path))) return true;
  const std::unique_ptr<gzFile_s, int (*)(gzFile_s*)> file(gzopen(path.c_str(), "rb"), gzclose_r);
  std::array<std::uint8_t, 4> magic{};
  return file != nullptr && gzread(file.get(), magic.data(), magic.size()) == 4 &&
         big_endian(magic.data()) == images_magic;
}

fs::path find_idx_images(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code unknown;
    if (named_like_images(lower_name(at->path())) && at->is_regular_file(unknown)) found.push_back(at->path());
  }
  std::ranges::sort(found);
  // The same file unpacked and packed counts once; "x" sorts before "x.gz".
  const auto packed_twin = [&](const fs::path& path) {
    return path.extension() == ".gz" && std::ranges::find(found, path.parent_path() / path.stem()) != found.end();
  };
  std::vector<fs::path> single;
  std::ranges::copy_if(found, std::back_inserter(single), [&](const fs::path& path) { return !packed_twin(path); });
  if (single.size() > 1) {
    std::vector<fs::path> training;
    std::ranges::copy_if(single, std::back_inserter(training),
                         [](const fs::path& path) { return lower_name(path).find("train") != std::string::npos; });
    require(training.size() == 1, "The folder {} holds {} idx files of pictures, such as {}; name one of them.",
            folder.string(), single.size(), single.front().filename().string());
    single = training;
  }
  return single.empty() ? fs::path() : single.front();
}

PictureArray read_idx(const fs::path& images, bool labels) {
  PictureArray array;
  {
    GzipFile file(images);
    const auto [count, height, width] = read_header<3>(file, images_magic, "pictures");
    require(count > 0 && height > 0 && width > 0 && height <= 4096 && width <= 4096,
            "The header of {} claims {} pictures of {} x {} pixels, which no such file has; download it again.",
            images.string(), count, width, height);
    array.count = static_cast<std::int64_t>(count);
    array.height = static_cast<int>(height);
    array.width = static_cast<int>(width);
    array.pixels = read_rest(file, 16, count * height * width);
  }
  const fs::path beside = labels ? find_labels(images) : fs::path();
  if (beside.empty()) return array;
  GzipFile file(beside);
  const auto [count] = read_header<1>(file, labels_magic, "labels");
  require(count == static_cast<std::uint64_t>(array.count),
          "{} has {} labels for the {} pictures of {}; put the files together that belong together.", beside.string(),
          count, array.count, images.filename().string());
  array.class_of = read_rest(file, 8, count);
  array.classes = std::max(10, *std::ranges::max_element(array.class_of) + 1);
  return array;
}

}  // namespace ganvas::data
