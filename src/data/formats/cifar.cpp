#include "data/formats/cifar.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"

namespace ganvas::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t side = 32;
constexpr std::size_t plane = side * side;

/// The two kinds differ in the label bytes before each picture; the last of them is the class that is given.
struct Kind {
  std::size_t label_bytes;
  int classes;
  [[nodiscard]] std::size_t record() const { return label_bytes + 3 * plane; }
};
constexpr Kind cifar10{1, 10};
constexpr Kind cifar100{2, 100};

std::uintmax_t size_of(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  return error ? 0 : size;
}

bool is_data_batch(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with("data_batch_") && name.ends_with(".bin");
}

bool is_test_batch(const fs::path& path) {
  return path.filename() == "test_batch.bin";
}

/// CIFAR-100's names say little, so the names of its classes must lie beside, or the size must fit.
bool is_cifar100_file(const fs::path& path, std::string_view name) {
  std::error_code error;
  return path.filename() == name && ((size_of(path) > 0 && size_of(path) % cifar100.record() == 0) ||
                                     fs::exists(path.parent_path() / "fine_label_names.txt", error));
}

Kind kind_of(const fs::path& path) {
  if (is_data_batch(path) || is_test_batch(path)) return cifar10;
  if (is_cifar100_file(path, "train.bin") || is_cifar100_file(path, "test.bin")) return cifar100;
  return size_of(path) % cifar10.record() == 0 ? cifar10 : cifar100;
}

void append_batch(const fs::path& path, Kind kind, PictureArray& array) {
  constexpr std::uintmax_t most = limits::array_bytes;
  const std::uintmax_t size = size_of(path);
  require(size > 0 && size % kind.record() == 0 && size <= most,
          "{} has {} bytes, no whole number of CIFAR-{} records of {} bytes; copy or download it again.", path.string(),
          size, kind.classes, kind.record());
  const std::string bytes = read_file(path);
  const std::size_t count = bytes.size() / kind.record();
  const std::size_t before = array.pixels.size();
  array.pixels.resize(before + count * 3 * plane);
  std::uint8_t* out = array.pixels.data() + before;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* record = reinterpret_cast<const std::uint8_t*>(bytes.data()) + i * kind.record();
    const std::uint8_t label = record[kind.label_bytes - 1];
    require(label < kind.classes, "Record {} of {} has the label {}, but CIFAR-{} ends at {}; download it again.", i,
            path.string(), label, kind.classes, kind.classes - 1);
    array.class_of.push_back(label);
    const std::uint8_t* red = record + kind.label_bytes;
    for (std::size_t pixel = 0; pixel < plane; ++pixel) {
      for (std::size_t c = 0; c < 3; ++c) *out++ = red[c * plane + pixel];
    }
  }
  array.count += static_cast<std::int64_t>(count);
}

}  // namespace

bool is_cifar_batch(const fs::path& path) {
  if (is_data_batch(path) || is_test_batch(path)) return true;
  if (is_cifar100_file(path, "train.bin") || is_cifar100_file(path, "test.bin")) return true;
  const std::uintmax_t size = size_of(path);
  return path.extension() == ".bin" && size > 0 && (size % cifar10.record() == 0 || size % cifar100.record() == 0);
}

std::vector<fs::path> find_cifar_batches(const fs::path& folder) {
  std::vector<fs::path> batches;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code unknown;
    if (is_data_batch(at->path()) && at->is_regular_file(unknown)) batches.push_back(at->path());
  }
  std::ranges::sort(batches);
  if (!batches.empty()) return batches;
  for (const char* name : {"train.bin", "test_batch.bin", "test.bin"}) {
    const fs::path path = folder / name;
    std::error_code unknown;
    if (!fs::is_regular_file(path, unknown)) continue;
    if (is_test_batch(path) || is_cifar100_file(path, name)) return {path};
  }
  return {};
}

PictureArray read_cifar(const std::vector<fs::path>& batches, bool labels) {
  PictureArray array{.width = side, .height = side, .channels = 3};
  const Kind kind = kind_of(batches.front());
  for (const fs::path& batch : batches) append_batch(batch, kind, array);
  if (labels) {
    array.classes = kind.classes;
  } else {
    array.class_of.clear();
  }
  return array;
}

}  // namespace ganvas::data
