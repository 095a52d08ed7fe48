#include "models/export/onnx_emitter.h"

#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/ir/constants.h>

#include "core/error.h"

namespace ganvas::models {
namespace {

c10::IValue constant_of(const torch::jit::Node* node, std::size_t input) {
  const auto value = torch::jit::toIValue(node->input(input));
  require(value.has_value(), "The operator {} has an argument that depends on its tensors.",
          node->kind().toQualString());
  return *value;
}

}  // namespace

std::string OnnxEmitter::name_of(const Value* value) {
  if (const auto known = names_.find(value); known != names_.end()) return known->second;
  const auto held = torch::jit::toIValue(value);
  require(held.has_value() && held->isTensor(), "A value of the graph is no tensor: {}.", value->debugName());
  return names_[value] = constant(held->toTensor());
}

std::string OnnxEmitter::emit(const std::string& op, const std::vector<std::string>& inputs,
                              const std::vector<std::pair<std::string, io::OnnxAttribute>>& attributes) {
  const std::string name = fresh_name();
  io::OnnxNode node{op, inputs, name, attributes};
  while (!node.inputs.empty() && node.inputs.back().empty()) node.inputs.pop_back();
  graph_.nodes.push_back(std::move(node));
  return name;
}

std::string OnnxEmitter::constant(const at::Tensor& tensor) {
  at::Tensor held = tensor.detach().to(at::kCPU);
  if (at::isFloatingType(held.scalar_type())) held = held.to(at::kFloat);
  held = held.contiguous();
  if (held.numel() > 16) {
    graph_.initializers.emplace_back(fresh_name(), held);
    return graph_.initializers.back().first;
  }
  std::string key = fmt::format("{} {} ", toString(held.scalar_type()), fmt::join(held.sizes(), "x"));
  key.append(static_cast<const char*>(held.const_data_ptr()), held.nbytes());
  std::string& name = numbers_[key];
  if (name.empty()) graph_.initializers.emplace_back(name = fresh_name(), held);
  return name;
}

std::string OnnxEmitter::integers(const std::vector<std::int64_t>& values) {
  return constant(at::tensor(values, at::kLong));
}

std::vector<std::int64_t> OnnxEmitter::ints(const Node* node, std::size_t input) {
  const c10::IValue value = constant_of(node, input);
  return value.isInt() ? std::vector<std::int64_t>{value.toInt()} : value.toIntVector();
}
std::int64_t OnnxEmitter::integer(const Node* node, std::size_t input) {
  return constant_of(node, input).toInt();
}
double OnnxEmitter::real(const Node* node, std::size_t input) {
  return constant_of(node, input).toScalar().toDouble();
}
bool OnnxEmitter::flag(const Node* node, std::size_t input) {
  return constant_of(node, input).toBool();
}
bool OnnxEmitter::is_none(const Node* node, std::size_t input) {
  const auto value = torch::jit::toIValue(node->input(input));
  return value.has_value() && value->isNone();
}

std::string OnnxEmitter::optional(const Node* node, std::size_t input) {
  if (input >= node->inputs().size() || is_none(node, input)) return {};
  return name_of(node->input(input));
}

std::string OnnxEmitter::operand(const Node* node, std::size_t input) {
  const auto value = torch::jit::toIValue(node->input(input));
  return value.has_value() && value->isScalar() ? number(value->toScalar().toDouble()) : name_of(node->input(input));
}

std::vector<std::int64_t> shape_of(const torch::jit::Value* value) {
  const auto type = value->type()->cast<c10::TensorType>();
  const auto sizes = type ? type->sizes().concrete_sizes() : std::nullopt;
  require(sizes.has_value(), "The shape of {} in the graph is not known.", value->debugName());
  return *sizes;
}

}  // namespace ganvas::models
