#include "io/keras/hdf5.h"

#include <hdf5.h>

#include <algorithm>
#include <mutex>

#include "core/error.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/little_endian.h"

namespace ganvas::io {
namespace {

/// The library keeps global state that its usual build does not guard.
std::mutex& turn() {
  static std::mutex one_at_a_time;
  return one_at_a_time;
}

/// Closes what it holds.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }
  [[nodiscard]] bool good() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

at::Tensor floats_of(hid_t dataset, const std::string& path, Reading& reading) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space);
  require(rank >= 0 && static_cast<std::uint64_t>(rank) <= limits::dimensions, "its array {} has impossible dimensions",
          printable(path, 80));
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  std::vector<std::int64_t> sizes;
  std::uint64_t count = 1;
  for (const hsize_t size : dims) {
    require(size <= limits::tensor_values && (size == 0 || count <= limits::tensor_values / size),
            "its array {} is of impossible size", printable(path, 80));
    count *= size;
    sizes.push_back(static_cast<std::int64_t>(size));
  }
  reading.keep(path, count * sizeof(float));
  at::Tensor values = at::empty(sizes, at::kFloat);
  require(
      count == 0 || H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.mutable_data_ptr()) >= 0,
      "its array {} is damaged", printable(path, 80));
  return values;
}

/// The library walks a heap of texts by the sizes that stand in it, and never ends where one is 0 or leads back. Each
/// object has a header of 16 bytes (index, size); index 0 is the room that is left, its header with it.
void check_heaps(std::string_view bytes) {
  constexpr std::string_view signature("GCOL\1\0\0\0", 8);
  constexpr std::size_t header = 16;
  for (std::size_t heap = bytes.find(signature); heap != std::string_view::npos;
       heap = bytes.find(signature, heap + signature.size())) {
    const std::size_t there = bytes.size() - heap;
    const std::uint64_t whole = there < header ? 0 : little_endian(bytes, heap + 8, 8);
    require(whole >= header && whole <= there, "a heap of its texts is cut short");
    for (std::size_t at = header; at + header <= whole;) {
      const std::uint64_t left = whole - at, size = little_endian(bytes, heap + at + 8, 8);
      const bool room = little_endian(bytes, heap + at, 2) == 0;
      require(room ? size >= header && size <= left : size <= left - header, "a heap of its texts is damaged");
      const std::uint64_t padded = room ? size : header + (size + 7) / 8 * 8;
      at += std::min(padded, left);
    }
  }
}

/// Whether its values lie in this file.
bool is_own(hid_t dataset) {
  const Handle properties(H5Dget_create_plist(dataset), H5Pclose);
  return properties.good() && H5Pget_external_count(properties) == 0 && H5Pget_layout(properties) != H5D_VIRTUAL;
}

void walk(hid_t group, const std::string& prefix, std::size_t level, Reading& reading,
          const std::function<void(const std::string&, at::Tensor)>& visit) {
  require(level < limits::levels && prefix.size() <= limits::name_bytes,
          "its groups are nested deeper than in any model");
  H5G_info_t info;
  require(H5Gget_info(group, &info) >= 0, "its group {} is damaged", printable(prefix, 80));
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    reading.step();
    H5L_info_t link;
    if (H5Lget_info_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_NATIVE, i, &link, H5P_DEFAULT) < 0 ||
        link.type != H5L_TYPE_HARD)
      continue;
    std::string name(limits::name_bytes + 1, '\0');
    const ssize_t length =
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_NATIVE, i, name.data(), name.size(), H5P_DEFAULT);
    require(length >= 0 && static_cast<std::size_t>(length) < name.size(), "it has a name longer than in any model");
    name.resize(static_cast<std::size_t>(length));
    const Handle object(H5Oopen_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_NATIVE, i, H5P_DEFAULT), H5Oclose);
    if (!object.good()) continue;
    const std::string path = prefix.empty() ? name : prefix + "/" + name;
    if (H5Iget_type(object) == H5I_GROUP) walk(object, path, level + 1, reading, visit);
    if (H5Iget_type(object) != H5I_DATASET || !is_own(object)) continue;
    const Handle type(H5Dget_type(object), H5Tclose);
    if (H5Tget_class(type) == H5T_FLOAT) visit(path, floats_of(object, path, reading));
  }
}

}  // namespace

Hdf5File::Hdf5File(std::string_view bytes) {
  check_heaps(bytes);
  turn().lock();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // what is wrong is said by who asks
  H5PLset_loading_state(0);
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access, 1 << 16, false);
  H5Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size());
  file_ = H5Fopen("model", H5F_ACC_RDONLY, access);
  if (file_ < 0) {
    turn().unlock();
    fail("it is a broken HDF5 file");
  }
}

Hdf5File::~Hdf5File() {
  H5Fclose(file_);
  turn().unlock();
}

std::string Hdf5File::text_attribute(const char* name) const {
  const Handle attribute(H5Aexists(file_, name) > 0 ? H5Aopen(file_, name, H5P_DEFAULT) : -1, H5Aclose);
  if (!attribute.good()) return {};
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) return {};
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    const Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    if (H5Aread(attribute, memory, static_cast<void*>(&text)) < 0 || text == nullptr) return {};
    const std::string copy(text);
    H5free_memory(text);
    return copy;
  }
  const std::size_t size = H5Tget_size(type);
  require(size <= limits::json_bytes, "its attribute {} is longer than in any model", name);
  std::string text(size, '\0');
  if (H5Aread(attribute, type, text.data()) < 0) return {};
  return text.substr(0, text.find('\0'));
}

void Hdf5File::each_array(Reading& reading, const std::function<void(const std::string&, at::Tensor)>& visit) const {
  const Handle root(H5Gopen2(file_, "/", H5P_DEFAULT), H5Gclose);
  require(root.good(), "it is a broken HDF5 file");
  walk(root, "", 0, reading, visit);
}

}  // namespace ganvas::io
