#include "io/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/shape.h"

namespace ganvas::io {
namespace {

struct TypeName {
  const char* name;
  at::ScalarType type;
};
constexpr std::array<TypeName, 10> type_names{{{"F64", at::kDouble},
                                               {"F32", at::kFloat},
                                               {"F16", at::kHalf},
                                               {"BF16", at::kBFloat16},
                                               {"I64", at::kLong},
                                               {"I32", at::kInt},
                                               {"I16", at::kShort},
                                               {"I8", at::kChar},
                                               {"U8", at::kByte},
                                               {"BOOL", at::kBool}}};

at::ScalarType type_of(const std::string& name, const std::string& tensor) {
  for (const TypeName& entry : type_names) {
    if (name == entry.name) return entry.type;
  }
  fail("its tensor {} has the unknown type {}", tensor, name);
}

const char* name_of(at::ScalarType type) {
  for (const TypeName& entry : type_names) {
    if (type == entry.type) return entry.name;
  }
  fail("Tensors of the type {} cannot be written as safetensors.", at::toString(type));
}

struct Entry {
  std::string name;
  at::ScalarType type;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;
};

/// Refuses duplicate keys and deep nesting while the text is parsed, before anything is built from it.
Json parse_header(const std::string& text) {
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    require(depth <= 4, "its header is nested too deeply");
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key) {
      require(keys.back().size() < limits::tensors, "its header has more than {} names", limits::tensors);
      require(keys.back().insert(value.get<std::string>()).second, "its header has the key {} twice",
              value.get<std::string>());
    }
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const nlohmann::json::exception&) {
    fail("its header is not JSON");
  }
}

Entry entry_of(const std::string& name, const Json& value) {
  require(value.is_object() && value.contains("dtype") && value.contains("shape") && value.contains("data_offsets") &&
              value["dtype"].is_string() && value["shape"].is_array() && value["data_offsets"].is_array() &&
              value["data_offsets"].size() == 2,
          "its entry {} lacks a type, a shape or offsets", name);
  Entry entry{.name = name, .type = type_of(value["dtype"], name)};
  for (const Json& dimension : value["shape"]) {
    require(dimension.is_number_unsigned(), "its tensor {} has a negative or broken size", name);
    entry.shape.push_back(static_cast<std::int64_t>(dimension.get<std::uint64_t>()));
  }
  const std::uint64_t count = checked_values(entry.shape);
  for (const Json& offset : value["data_offsets"])
    require(offset.is_number_unsigned(), "its tensor {} has broken offsets", name);
  entry.begin = value["data_offsets"][0].get<std::uint64_t>();
  entry.end = value["data_offsets"][1].get<std::uint64_t>();
  require(entry.begin <= entry.end, "its tensor {} lies outside the file", name);
  require(entry.end - entry.begin == count * c10::elementSize(entry.type),
          "its tensor {} has another size than its shape says", name);
  return entry;
}

/// The format's rule: entries cover the data without overlap and without holes.
void check_cover(std::vector<Entry> entries, std::uint64_t data_size) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t at = 0;
  for (const Entry& entry : entries) {
    require(entry.begin >= at, "its tensor {} overlaps another", entry.name);
    require(entry.begin == at, "it has a hole before its tensor {}", entry.name);
    at = entry.end;
  }
  require(at == data_size, "it has {} bytes that belong to no tensor", data_size - at);
}

WeightSet read(std::ifstream& file, const std::filesystem::path& path, Reading* reading) {
  const std::uint64_t size = std::filesystem::file_size(path);
  Watch watch(reading, size);
  std::array<unsigned char, 8> length_bytes{};
  file.read(reinterpret_cast<char*>(length_bytes.data()), 8);
  require(file.good() && size >= 8, "it is too short");
  std::uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | length_bytes[static_cast<std::size_t>(i)];
  require(length <= limits::header_bytes, "its header claims {} bytes", length);
  require(length <= size - 8, "it ends in the middle of its header; copy or download it again");
  std::string text(length, '\0');
  file.read(text.data(), static_cast<std::streamsize>(length));
  const Json header = parse_header(text);
  require(header.is_object(), "its header is not an object");

  WeightSet weights;
  std::vector<Entry> entries;
  const std::uint64_t data_size = size - 8 - length;
  std::uint64_t expected = 0;
  for (const auto& [name, value] : header.items()) {
    if (name != "__metadata__") {
      entries.push_back(entry_of(name, value));
      expected = std::max(expected, entries.back().end);
      continue;
    }
    require(value.is_object(), "its metadata is not an object");
    for (const auto& [key, text] : value.items()) require(text.is_string(), "its metadata \"{}\" is no text", key);
    weights.metadata = value;
  }
  require(expected <= data_size, "{} of its tensors are there, but its header lists {}; copy or download it again",
          human_bytes(data_size), human_bytes(expected));
  check_cover(entries, data_size);
  for (const Entry& entry : entries) {
    watch->keep(entry.name, entry.end - entry.begin);
    at::Tensor tensor = at::empty(entry.shape, entry.type);
    file.seekg(static_cast<std::streamoff>(8 + length + entry.begin));
    file.read(static_cast<char*>(tensor.mutable_data_ptr()), static_cast<std::streamsize>(entry.end - entry.begin));
    require(file.good() || entry.begin == entry.end, "its tensor {} cannot be read", entry.name);
    weights.set(entry.name, tensor);
    watch->advance(entry.end - entry.begin);
  }
  weights.provenance = {.file = path.string(), .format = "safetensors"};
  return weights;
}

}  // namespace

WeightSet read_safetensors(const std::filesystem::path& path, Reading* reading) {
  std::ifstream file = open_regular_file(path);
  try {
    return read(file, path, reading);
  } catch (const Error& error) {
    fail("{} is not a usable safetensors file: {}.", path.string(), printable(error.what()));
  }
}

void write_safetensors(const std::filesystem::path& path, const WeightSet& weights) {
  Json header = Json::object();
  if (!weights.metadata.empty()) {
    Json metadata = Json::object();
    for (const auto& [key, value] : weights.metadata.items())
      metadata[key] = value.is_string() ? value : Json(value.dump());
    header["__metadata__"] = metadata;
  }
  std::uint64_t at = 0;
  for (const auto& [name, tensor] : weights.items()) {
    header[name] = {{"dtype", name_of(tensor.scalar_type())},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {at, at + tensor.nbytes()}}};
    at += tensor.nbytes();
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // data starts aligned
  write_file_with(path, [&](const std::filesystem::path& temporary) {
    std::ofstream file(temporary, std::ios::binary);
    std::array<char, 8> length{};
    for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(text.size() >> (8 * i));
    file.write(length.data(), 8);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    for (const auto& [name, tensor] : weights.items()) {
      const at::Tensor bytes = tensor.detach().to(at::kCPU).contiguous();
      file.write(static_cast<const char*>(bytes.const_data_ptr()), static_cast<std::streamsize>(bytes.nbytes()));
    }
    file.flush();
    require(file.good(), "Cannot write {}: {}.", path.string(), std::strerror(errno));
  });
}

}  // namespace ganvas::io
