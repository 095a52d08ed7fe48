#include "io/keras/hdf5.h"

#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <optional>

#include "core/error.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "core/process/confined.h"
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

/// Values of an array of these sizes.
std::uint64_t values_in(const std::vector<std::uint64_t>& sizes, const std::string& path) {
  std::uint64_t count = 1;
  for (const std::uint64_t size : sizes) {
    require(size <= limits::tensor_values && (size == 0 || count <= limits::tensor_values / size),
            "its array {} is of impossible size", printable(path, 80));
    count *= size;
  }
  return count;
}

using Send = std::function<void(std::string_view bytes)>;

// What the copy sends: a kind, then for each kind what Receiver::take() says.
enum Kind : char { error_kind = 'e', text_kind = 't', array_kind = 'a' };

void send_number(const Send& send, std::uint64_t value) {
  char bytes[8];
  std::memcpy(bytes, &value, sizeof bytes);
  send({bytes, sizeof bytes});
}
void send_text(const Send& send, std::string_view text) {
  send_number(send, text.size());
  send(text);
}

/// kind, path, rank, sizes, values
void send_floats(hid_t dataset, const std::string& path, Reading& reading, const Send& send) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space);
  require(rank >= 0 && static_cast<std::uint64_t>(rank) <= limits::dimensions, "its array {} has impossible dimensions",
          printable(path, 80));
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  const std::uint64_t count = values_in({dims.begin(), dims.end()}, path);
  reading.keep(path, count * sizeof(float));
  std::vector<float> values(count);
  require(count == 0 || H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0,
          "its array {} is damaged", printable(path, 80));
  const char kind = array_kind;
  send({&kind, 1});
  send_text(send, path);
  send_number(send, dims.size());
  for (const hsize_t size : dims) send_number(send, size);
  send({reinterpret_cast<const char*>(values.data()), count * sizeof(float)});
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

void walk(hid_t group, const std::string& prefix, std::size_t level, Reading& reading, const Send& send) {
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
    if (H5Iget_type(object) == H5I_GROUP) walk(object, path, level + 1, reading, send);
    if (H5Iget_type(object) != H5I_DATASET || !is_own(object)) continue;
    const Handle type(H5Dget_type(object), H5Tclose);
    if (H5Tget_class(type) == H5T_FLOAT) send_floats(object, path, reading, send);
  }
}

std::string text_attribute(hid_t file, const char* name) {
  const Handle attribute(H5Aexists(file, name) > 0 ? H5Aopen(file, name, H5P_DEFAULT) : -1, H5Aclose);
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

/// In the copy: opens the bytes, and sends what is asked for, or the reason why not.
void send_content(std::string_view bytes, Reading& reading, const std::vector<std::string>& attributes,
                  const Send& send) {
  try {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // what is wrong is said by who asks
    H5PLset_loading_state(0);
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_core(access, 1 << 16, false);
    H5Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size());
    const Handle file(H5Fopen("model", H5F_ACC_RDONLY, access), H5Fclose);
    require(file.good(), "it is a broken HDF5 file");
    for (const std::string& name : attributes) {
      const std::string text = text_attribute(file, name.c_str());
      const char kind = text_kind;
      send({&kind, 1});
      send_text(send, name);
      send_text(send, text);
    }
    const Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
    require(root.good(), "it is a broken HDF5 file");
    walk(root, "", 0, reading, send);
  } catch (const Error& error) {
    const char kind = error_kind;
    send({&kind, 1});
    send_text(send, error.what());
  }
}

/// Here: puts together what the copy sends, which is believed no more than the file.
class Receiver {
 public:
  Receiver(Reading& reading, const Hdf5Visitor& visitor) : reading_(reading), visitor_(visitor) {}

  void take(std::string_view bytes) {
    reading_.step();
    while (!bytes.empty()) {
      if (left_ > 0) {
        fill(bytes);
      } else {
        head_.push_back(bytes.front());
        bytes.remove_prefix(1);
        if (whole_head()) head_.clear();
      }
    }
  }
  /// Throws Error where the content is not whole.
  void finish() const { require(head_.empty() && left_ == 0, "it is cut short"); }

 private:
  void fill(std::string_view& bytes) {
    const std::size_t count = std::min<std::uint64_t>(left_, bytes.size());
    std::memcpy(static_cast<char*>(values_.mutable_data_ptr()) + (values_.nbytes() - left_), bytes.data(), count);
    bytes.remove_prefix(count);
    left_ -= count;
    if (left_ == 0) visitor_.array(name_, std::move(values_));
  }

  /// The number at `at` of the head, if it is there already.
  std::optional<std::uint64_t> number(std::size_t& at) const {
    if (head_.size() < at + 8) return std::nullopt;
    const std::uint64_t value = little_endian(head_, at, 8);
    at += 8;
    return value;
  }
  std::optional<std::string> text(std::size_t& at) const {
    const auto size = number(at);
    if (!size) return std::nullopt;
    require(*size <= limits::json_bytes, "it has a text longer than in any model");
    if (head_.size() < at + *size) return std::nullopt;
    const std::size_t begin = at;
    at += *size;
    return head_.substr(begin, *size);
  }

  bool whole_head() {
    std::size_t at = 1;
    const auto name = text(at);
    if (!name) return false;
    if (head_[0] == error_kind) fail("{}", printable(*name));
    if (head_[0] == text_kind) {
      auto value = text(at);
      if (value) visitor_.text(*name, std::move(*value));
      return value.has_value();
    }
    require(head_[0] == array_kind, "it is damaged");
    const auto rank = number(at);
    if (!rank) return false;
    require(*rank <= limits::dimensions, "its array {} has impossible dimensions", printable(*name, 80));
    std::vector<std::uint64_t> sizes;
    while (sizes.size() < *rank) {
      const auto size = number(at);
      if (!size) return false;
      sizes.push_back(*size);
    }
    const std::uint64_t count = values_in(sizes, *name);
    reading_.keep(*name, count * sizeof(float));
    values_ = at::empty(std::vector<std::int64_t>(sizes.begin(), sizes.end()), at::kFloat);
    name_ = *name;
    left_ = values_.nbytes();
    if (left_ == 0) visitor_.array(name_, std::move(values_));
    return true;
  }

  Reading& reading_;
  const Hdf5Visitor& visitor_;
  std::string head_, name_;
  at::Tensor values_;
  std::uint64_t left_ = 0;  // bytes of the values that are still to come
};

}  // namespace

void read_hdf5(std::string_view bytes, Reading& reading, const std::vector<std::string>& attributes,
               const Hdf5Visitor& visitor) {
  check_heaps(bytes);
  const std::lock_guard lock(turn());
  H5open();  // before the copy is made: it may ask the system for things that the copy may not
  Receiver receiver(reading, visitor);
  run_confined(
      {.memory = limits::confined_bytes + limits::confined_ratio * bytes.size(),
       .seconds = static_cast<double>(limits::confined_seconds) +
                  4 * static_cast<double>(bytes.size()) / static_cast<double>(limits::bytes_a_second)},
      [&](const Send& send) { send_content(bytes, reading, attributes, send); },
      [&](std::string_view received) { receiver.take(received); });
  receiver.finish();
}

}  // namespace ganvas::io
