#include "io/onnx/onnx_file.h"

#include <cstring>
#include <fstream>
#include <optional>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/mapped_file.h"
#include "io/onnx/wire.h"

namespace ganvas::io {
namespace {

namespace fs = std::filesystem;

std::string text_of(const WireField& field) {
  require(field.bytes.size() <= limits::name_bytes && is_utf8(field.bytes), "it has a name that is no text");
  return std::string(field.bytes);
}

/// Numbers of the format's types, as far as weights and shapes have them.
std::optional<at::ScalarType> type_of(std::uint64_t number) {
  switch (number) {
    case 1:
      return at::kFloat;
    case 6:
      return at::kInt;
    case 7:
      return at::kLong;
    case 9:
      return at::kBool;
    case 10:
      return at::kHalf;
    case 11:
      return at::kDouble;
    case 16:
      return at::kBFloat16;
    default:
      return std::nullopt;
  }
}

struct NamedTensor {
  std::string name;
  at::Tensor values;  ///< undefined: of a type that no weight has, or in another file
};

template <typename T>
at::Tensor tensor_of(const std::vector<T>& values, at::ScalarType type) {
  return at::tensor(values, at::TensorOptions().dtype(c10::CppTypeToScalarType<T>::value)).to(type);
}

NamedTensor read_tensor(std::string_view message, Reading& reading) {
  NamedTensor tensor;
  std::vector<std::int64_t> sizes, integers;
  std::vector<float> floats;
  std::string_view raw;
  std::optional<at::ScalarType> type;
  bool elsewhere = false;
  each_field(message, reading, [&](const WireField& field) {
    const auto append = [](auto& list, const auto& more) { list.insert(list.end(), more.begin(), more.end()); };
    if (field.number == 1) append(sizes, wire_integers(field, reading));
    if (field.number == 2) type = type_of(field.value);
    if (field.number == 4) append(floats, wire_floats(field, reading));
    if (field.number == 5 || field.number == 7) append(integers, wire_integers(field, reading));
    if (field.number == 8) tensor.name = text_of(field);
    if (field.number == 9) raw = field.bytes;
    if (field.number == 14) elsewhere = field.value == 1;
  });
  if (!type || elsewhere) return tensor;
  const std::string shown = printable(tensor.name, 80);
  require(sizes.size() <= limits::dimensions, "its tensor {} has impossible dimensions", shown);
  std::uint64_t count = 1;
  for (const std::int64_t size : sizes) {
    require(size >= 0 && static_cast<std::uint64_t>(size) <= limits::tensor_values &&
                (size == 0 || count <= limits::tensor_values / static_cast<std::uint64_t>(size)),
            "its tensor {} is of impossible size", shown);
    count *= static_cast<std::uint64_t>(size);
  }
  const std::uint64_t bytes = count * c10::elementSize(*type);
  const bool half = *type == at::kHalf || *type == at::kBFloat16;  // as bits, where they are no bytes
  const bool whole = raw.data() != nullptr ? raw.size() == bytes : !half && floats.size() + integers.size() == count;
  require(whole && (floats.empty() || integers.empty()), "its tensor {} has other values than its sizes say", shown);
  reading.keep(tensor.name, bytes);
  if (raw.data() != nullptr) {
    tensor.values = at::empty(sizes, *type);
    if (bytes > 0) std::memcpy(tensor.values.mutable_data_ptr(), raw.data(), bytes);
  } else {
    tensor.values = (floats.empty() ? tensor_of(integers, *type) : tensor_of(floats, *type)).view(sizes);
  }
  return tensor;
}

class GraphReader {
 public:
  explicit GraphReader(Reading& reading) : reading_(reading) {}

  WeightSet read(std::string_view model) {
    std::string_view graph;
    each_field(model, reading_, [&](const WireField& field) {
      if (field.number == 7) graph = field.bytes;
    });
    require(graph.data() != nullptr, "it holds no graph");
    nodes_ = inputs_ = outputs_ = Json::array();
    each_field(graph, reading_, [&](const WireField& field) {
      if (field.number == 1) node(field.bytes);
      if (field.number == 5) keep(read_tensor(field.bytes, reading_), {});
      if (field.number == 11) inputs_.push_back(described(field.bytes));
      if (field.number == 12) outputs_.push_back(described(field.bytes)["name"]);
    });
    require(!nodes_.empty() && weights_.size() > 0, "its graph has no operators or no tensors");
    Json given = Json::array();
    for (const Json& input : inputs_)  // old files list the tensors among the inputs
      if (!weights_.contains(input["name"].get<std::string>())) given.push_back(input);
    weights_.metadata["onnx.graph"] = {{"inputs", given}, {"outputs", outputs_}, {"nodes", nodes_}};
    return std::move(weights_);
  }

 private:
  Reading& reading_;
  WeightSet weights_;
  Json nodes_, inputs_, outputs_;

  void keep(const NamedTensor& tensor, const std::string& name) {
    const std::string& key = name.empty() ? tensor.name : name;
    if (tensor.values.defined() && !key.empty()) weights_.set(key, tensor.values);
  }

  void node(std::string_view message) {
    Json node = {{"op", ""},
                 {"name", ""},
                 {"inputs", Json::array()},
                 {"outputs", Json::array()},
                 {"attributes", Json::object()}};
    std::vector<NamedTensor> constants;
    each_field(message, reading_, [&](const WireField& field) {
      if (field.number == 1) node["inputs"].push_back(text_of(field));
      if (field.number == 2) node["outputs"].push_back(text_of(field));
      if (field.number == 3) node["name"] = text_of(field);
      if (field.number == 4) node["op"] = text_of(field);
      if (field.number == 5) attribute(field.bytes, node["attributes"], constants);
    });
    if (node["op"] == "Constant" && constants.size() == 1 && node["outputs"].size() == 1)
      return keep(constants[0], node["outputs"][0]);
    require(nodes_.size() < limits::tensors, "its graph has more operators than any model");
    nodes_.push_back(std::move(node));
  }

  /// Numbers, texts and lists of numbers; other kinds stay null, so that whoever needs one sees that it is there.
  void attribute(std::string_view message, Json& attributes, std::vector<NamedTensor>& constants) {
    std::string name;
    Json value, list = Json::array();
    bool is_list = false;
    each_field(message, reading_, [&](const WireField& field) {
      const auto append = [&](const auto& more) {
        is_list = true;
        for (const auto& one : more) list.push_back(one);
      };
      if (field.number == 1) name = text_of(field);
      if (field.number == 2) value = wire_floats(field, reading_).at(0);
      if (field.number == 3) value = static_cast<std::int64_t>(field.value);
      if (field.number == 4) value = text_of(field);
      if (field.number == 5) constants.push_back(read_tensor(field.bytes, reading_));
      if (field.number == 7) append(wire_floats(field, reading_));
      if (field.number == 8) append(wire_integers(field, reading_));
    });
    attributes[name] = is_list ? list : value;
  }

  /// Of an input or output: its name, and type and sizes of the tensor.
  Json described(std::string_view message) {
    Json json = {{"name", ""}, {"type", 0}, {"shape", Json::array()}};
    const auto within = [&](std::string_view outer, std::uint32_t number, const auto& visit) {
      each_field(outer, reading_, [&](const WireField& field) {
        if (field.number == number) visit(field);
      });
    };
    within(message, 1, [&](const WireField& field) { json["name"] = text_of(field); });
    within(message, 2, [&](const WireField& type) {
      within(type.bytes, 1, [&](const WireField& tensor) {
        within(tensor.bytes, 1, [&](const WireField& field) { json["type"] = field.value; });
        within(tensor.bytes, 2, [&](const WireField& shape) {
          within(shape.bytes, 1, [&](const WireField& dimension) {
            std::int64_t size = 0;
            within(dimension.bytes, 1, [&](const WireField& field) { size = static_cast<std::int64_t>(field.value); });
            json["shape"].push_back(size);
          });
        });
      });
    });
    return json;
  }
};

}  // namespace

bool looks_like_onnx_file(const fs::path& path) {
  // No magic number: field 1, the version of the format, a number below 32; then the program's name or the graph.
  std::ifstream file = open_regular_file(path);
  char start[3] = {};
  file.read(start, sizeof start);
  const bool begins = file.gcount() == sizeof start && start[0] == 8 && start[1] > 0 && start[1] < 32;
  return begins && (start[2] == 0x12 || start[2] == 0x3a || start[2] == 0x42);
}

WeightSet read_onnx_file(const fs::path& path, Reading* given) {
  try {
    const MappedFile file(path);
    Watch watch(given, file.bytes().size());
    WeightSet weights = GraphReader(*watch).read(file.bytes());
    watch->advance(file.bytes().size());
    weights.provenance = {.file = path.string(), .format = "ONNX"};
    return weights;
  } catch (const Error& error) {
    fail("{} is not a usable ONNX file: {}.", path.string(), printable(error.what()));
  }
}

}  // namespace ganvas::io
