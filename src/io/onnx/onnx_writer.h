#pragma once
// Writes ONNX files: operators of opset 17 and float tensors.

#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ganvas::io {

using OnnxAttribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;

struct OnnxNode {
  std::string op;
  std::vector<std::string> inputs;  ///< an empty name: left out
  std::string output;
  std::vector<std::pair<std::string, OnnxAttribute>> attributes;
};

/// A float tensor that goes into the graph, or comes out of it.
struct OnnxValue {
  std::string name;
  std::vector<std::int64_t> sizes;
};

struct OnnxGraph {
  std::string name;
  std::vector<OnnxValue> inputs, outputs;
  std::vector<OnnxNode> nodes;                                   ///< each after those that it reads
  std::vector<std::pair<std::string, at::Tensor>> initializers;  ///< float, int64 or bool, by the names of their values
  std::map<std::string, std::string> metadata;
};

/// Writes the graph as a model of opset 17, whole or not at all. Throws Error when it would be larger than the 2 GB
/// that the format holds, or cannot be written.
void write_onnx_file(const std::filesystem::path& path, const OnnxGraph& graph);

}  // namespace ganvas::io
