#include "io/torch/torch_archive.h"

#include <cstring>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/little_endian.h"
#include "io/mapped_file.h"

namespace ganvas::io {
namespace {

namespace fs = std::filesystem;

/// libzip does not look at the end record of zip64 where the plain one says all, but other readers do: both must tell
/// the same (APPNOTE 4.3.14 to 4.3.16).
void check_zip64_end(std::string_view bytes) {
  constexpr std::size_t end_size = 22, locator_size = 20, record_size = 56;
  const std::size_t end = bytes.rfind("PK\x05\x06");
  require(end != std::string_view::npos && bytes.size() - end >= end_size,
          "its end is missing, only {} are there; copy or download it again", human_bytes(bytes.size()));
  if (end < locator_size || bytes.substr(end - locator_size, 4) != "PK\x06\x07") return;
  const std::size_t locator = end - locator_size;
  const std::uint64_t record = little_endian(bytes, locator + 8, 8);
  const bool inside = locator >= record_size && record <= locator - record_size;
  require(inside && bytes.substr(record, 4) == "PK\x06\x06", "its zip directory is broken");
  const std::uint64_t count = little_endian(bytes, record + 32, 8), size = little_endian(bytes, record + 40, 8),
                      start = little_endian(bytes, record + 48, 8);
  const auto same = [&](std::size_t at, std::size_t width, std::uint64_t value) {
    const std::uint64_t plain = little_endian(bytes, end + at, width), all = (std::uint64_t{1} << (8 * width)) - 1;
    return plain == all || plain == value;
  };
  const bool one_disk = little_endian(bytes, record + 16, 8) == 0;
  require(one_disk && little_endian(bytes, record + 4, 8) == locator - record - 12 &&
              count == little_endian(bytes, record + 24, 8) && start <= record && size <= record - start &&
              same(10, 2, count) && same(12, 4, size) && same(16, 4, start),
          "the two end records of its zip directory contradict each other");
}

}  // namespace

TorchArchive::TorchArchive(const fs::path& path) {
  check_zip64_end(MappedFile(path).bytes());
  int error = 0;
  zip_.reset(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error));
  require(zip_ != nullptr, "its zip directory is broken");
  const zip_int64_t count = zip_get_num_entries(zip_.get(), 0);
  require(count > 0 && std::cmp_less_equal(count, limits::entries),
          "its zip directory has an impossible number of entries");
  std::set<std::string> seen;
  std::string model;  // that somebody packed
  bool found = false, arrays = true;
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), 0);
    require(name != nullptr && seen.insert(name).second, "it has an entry without a name or twice");
    require(std::strstr(name, "..") == nullptr && name[0] != '/', "it has an entry whose name leaves the archive");
    const std::string text(name);
    arrays = arrays && text.ends_with(".npy");
    for (const char* kind : {".pth", ".pt", ".pkl", ".ckpt", ".safetensors", ".h5", ".keras"})
      if (model.empty() && text.ends_with(kind)) model = text;
    if (text == "data.pkl" || text.ends_with("/data.pkl")) {  // the first of people who pack the parts again
      require(!found, "it has two pickles");
      found = true;
      root_ = text.substr(0, text.size() - 8);
    }
  }
  require(found || model.empty(), "it is an archive with {} in it; unpack it, and open that", printable(model, 80));
  require(
      !arrays,
      "it is an archive of NumPy arrays; write them as a state dict by torch.save({{k: torch.from_numpy(v) for k, v "
      "in numpy.load(FILE).items()}}, \"model.pth\"), and open that");
  require(found, "it is a zip file without the data.pkl of a model");
}

bool TorchArchive::contains(const std::string& name) const {
  return zip_name_locate(zip_.get(), (root_ + name).c_str(), 0) >= 0;
}

std::vector<std::string> TorchArchive::names(const std::string& prefix, const std::string& suffix) const {
  std::vector<std::string> found;
  const zip_int64_t count = zip_get_num_entries(zip_.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const std::string name = zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), 0);
    if (name.starts_with(root_ + prefix) && name.ends_with(suffix)) found.push_back(name.substr(root_.size()));
  }
  return found;
}

void TorchArchive::read(const std::string& name, std::uint64_t most, const std::function<char*(std::uint64_t)>& room) {
  const zip_int64_t index = zip_name_locate(zip_.get(), (root_ + name).c_str(), 0);
  require(index >= 0, "its entry {} is missing", printable(name, 80));
  zip_stat_t stat;
  zip_stat_init(&stat);
  require(
      zip_stat_index(zip_.get(), static_cast<zip_uint64_t>(index), 0, &stat) == 0 && (stat.valid & ZIP_STAT_SIZE) != 0,
      "its entry {} cannot be read", name);
  // PyTorch stores; people who pack the parts again compress.
  const bool stored = stat.comp_method == ZIP_CM_STORE && stat.comp_size == stat.size;
  const bool packed =
      stat.comp_method == ZIP_CM_DEFLATE &&
      stat.size / limits::unpacked_ratio <= stat.comp_size + limits::entry_bytes_free / limits::unpacked_ratio;
  require(stored || packed, "its entry {} is compressed from {} to {}, which is more than tensors can be", name,
          human_bytes(stat.size), human_bytes(stat.comp_size));
  require(stat.size <= most, "its entry {} has {} bytes instead of at most {}", name, stat.size, most);
  char* to = room(stat.size);
  zip_file_t* file = zip_fopen_index(zip_.get(), static_cast<zip_uint64_t>(index), 0);
  require(file != nullptr, "its entry {} cannot be read", name);
  std::uint64_t done = 0;
  while (done < stat.size) {
    const zip_int64_t count = zip_fread(file, to + done, stat.size - done);
    if (count <= 0) break;
    done += static_cast<std::uint64_t>(count);
  }
  char extra = 0;
  const bool good = done == stat.size && zip_fread(file, &extra, 1) == 0;  // reading to the end checks the CRC
  zip_fclose(file);
  require(good, "its entry {} is damaged", name);
}

std::string TorchArchive::text(const std::string& name, std::uint64_t most) {
  std::string text;
  read(name, most, [&](std::uint64_t size) {
    text.resize(size);
    return text.data();
  });
  return text;
}

ReadStorage storages_within(TorchArchive& archive, const std::string& prefix, Reading& reading) {
  return [&archive, prefix, &reading](const StorageId& id) {
    at::Tensor storage;
    const std::uint64_t bytes = id.count * c10::elementSize(id.type);
    archive.read(prefix + id.key, bytes, [&](std::uint64_t size) {
      require(size == bytes, "its storage {} has {} bytes instead of {}", id.key, size, bytes);
      storage = at::empty({static_cast<std::int64_t>(size)}, at::kByte);
      return static_cast<char*>(storage.mutable_data_ptr());
    });
    reading.advance(bytes);
    return storage;
  };
}

}  // namespace ganvas::io
