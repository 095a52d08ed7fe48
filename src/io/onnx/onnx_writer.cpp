#include "io/onnx/onnx_writer.h"

#include <bit>
#include <cstring>

#include "core/error.h"
#include "core/files.h"

namespace ganvas::io {
namespace {

/// Fields of a message in the wire format of Protocol Buffers (io/onnx/wire.h).
class Message {
 public:
  void number(std::uint32_t field, std::int64_t value) {
    tag(field, 0);
    varint(static_cast<std::uint64_t>(value));
  }
  void real(std::uint32_t field, float value) {
    tag(field, 5);
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int i = 0; i < 4; ++i) bytes_ += static_cast<char>(bits >> (8 * i));
  }
  void text(std::uint32_t field, std::string_view value) {
    tag(field, 2);
    varint(value.size());
    bytes_ += value;
  }
  void message(std::uint32_t field, const Message& inner) { text(field, inner.bytes_); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void tag(std::uint32_t field, std::uint32_t kind) { varint(field << 3 | kind); }
  void varint(std::uint64_t value) {
    for (; value >= 128; value >>= 7) bytes_ += static_cast<char>(value | 128);
    bytes_ += static_cast<char>(value);
  }
  std::string bytes_;
};

constexpr int opset = 17, ir_version = 8;
enum AttributeType { real_type = 1, number_type = 2, text_type = 3, numbers_type = 7 };
enum TensorType { floats = 1, integers = 7, booleans = 9 };

Message written_attribute(const std::string& name, const OnnxAttribute& value) {
  Message message;
  message.text(1, name);
  if (const auto* real = std::get_if<float>(&value)) {
    message.real(2, *real);
    message.number(20, real_type);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    message.number(3, *number);
    message.number(20, number_type);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    message.text(4, *text);
    message.number(20, text_type);
  } else {
    for (const std::int64_t each : std::get<std::vector<std::int64_t>>(value)) message.number(8, each);
    message.number(20, numbers_type);
  }
  return message;
}

Message written_node(const OnnxNode& node) {
  Message message;
  for (const std::string& input : node.inputs) message.text(1, input);
  message.text(2, node.output);
  message.text(3, node.output);
  message.text(4, node.op);
  for (const auto& [name, value] : node.attributes) message.message(5, written_attribute(name, value));
  return message;
}

Message written_tensor(const std::string& name, const at::Tensor& given) {
  const at::Tensor tensor = given.detach().to(at::kCPU).contiguous();
  const at::ScalarType type = tensor.scalar_type();
  require(type == at::kFloat || type == at::kLong || type == at::kBool,
          "{} has values of the type {}, which ONNX files "
          "of ours do not hold.",
          name, toString(type));
  Message message;
  for (const std::int64_t size : tensor.sizes()) message.number(1, size);
  message.number(2, type == at::kFloat ? floats : type == at::kLong ? integers : booleans);
  message.text(8, name);
  message.text(9, {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()});
  return message;
}

Message written_value(const OnnxValue& value) {
  Message sizes, tensor, type, message;
  for (const std::int64_t size : value.sizes) {
    Message one;
    one.number(1, size);
    sizes.message(1, one);
  }
  tensor.number(1, floats);
  tensor.message(2, sizes);
  type.message(1, tensor);
  message.text(1, value.name);
  message.message(2, type);
  return message;
}

}  // namespace

void write_onnx_file(const std::filesystem::path& path, const OnnxGraph& graph) {
  std::size_t size = 0;
  for (const auto& [name, tensor] : graph.initializers) size += tensor.nbytes();
  require(size < (std::size_t{1} << 31U) - (std::size_t{1} << 24U),
          "{} would hold {}, and an ONNX file holds 2 GB at most.", path.string(), human_bytes(size));
  Message inner;
  for (const OnnxNode& node : graph.nodes) inner.message(1, written_node(node));
  inner.text(2, graph.name);
  for (const auto& [name, tensor] : graph.initializers) inner.message(5, written_tensor(name, tensor));
  for (const OnnxValue& value : graph.inputs) inner.message(11, written_value(value));
  for (const OnnxValue& value : graph.outputs) inner.message(12, written_value(value));

  Message model, version;
  model.number(1, ir_version);
  model.text(2, "ganvas");
  model.text(3, GANVAS_VERSION);
  model.message(7, inner);
  version.text(1, "");
  version.number(2, opset);
  model.message(8, version);
  for (const auto& [key, value] : graph.metadata) {
    Message entry;
    entry.text(1, key);
    entry.text(2, value);
    model.message(14, entry);
  }
  write_file(path, model.bytes());
}

}  // namespace ganvas::io
