#pragma once
// What rules for operators write an ONNX graph with.

#include <torch/csrc/jit/ir/ir.h>

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "io/onnx/onnx_writer.h"

namespace ganvas::models {

/// An ONNX graph as it grows. Sizes are fixed, so every result's shape is known.
class OnnxEmitter {
 public:
  using Value = torch::jit::Value;
  using Node = torch::jit::Node;

  explicit OnnxEmitter(io::OnnxGraph& graph) : graph_(graph) {}

  /// The name of a tensor's value: an input, an earlier result, or a constant, which becomes an initializer.
  std::string name_of(const Value* value);
  void set_name(const Value* value, const std::string& name) { names_[value] = name; }

  /// Adds an operator. -> the name of its result.
  std::string emit(const std::string& op, const std::vector<std::string>& inputs,
                   const std::vector<std::pair<std::string, io::OnnxAttribute>>& attributes = {});
  std::string constant(const at::Tensor& tensor);
  std::string number(double value) { return constant(at::scalar_tensor(value, at::kFloat)); }
  std::string integers(const std::vector<std::int64_t>& values);

  /// Arguments of a node that are constants. Throws Error where they are none.
  static std::vector<std::int64_t> ints(const Node* node, std::size_t input);
  static std::int64_t integer(const Node* node, std::size_t input);
  static double real(const Node* node, std::size_t input);
  static bool flag(const Node* node, std::size_t input);
  static bool is_none(const Node* node, std::size_t input);
  /// A tensor argument, or the empty name for none.
  std::string optional(const Node* node, std::size_t input);
  /// A tensor, or a number as one.
  std::string operand(const Node* node, std::size_t input);

 private:
  std::string fresh_name() { return "v" + std::to_string(next_++); }

  io::OnnxGraph& graph_;
  std::unordered_map<const Value*, std::string> names_;
  std::map<std::string, std::string> numbers_;  // what small constants are called, by their bytes
  int next_ = 0;
};

/// The shape of a tensor, which is fixed.
std::vector<std::int64_t> shape_of(const torch::jit::Value* value);

}  // namespace ganvas::models
