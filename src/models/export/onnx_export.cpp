#include "models/export/onnx_export.h"

#include <set>

#include "core/error.h"
#include "models/export/onnx_operators.h"

namespace ganvas::models {

io::OnnxGraph onnx_graph_of(const TracedGenerator& traced) {
  const torch::jit::Graph& graph = *traced.graph;
  io::OnnxGraph onnx{.name = "generator", .inputs = {}, .outputs = {}, .nodes = {}, .initializers = {}, .metadata = {}};
  OnnxEmitter out(onnx);
  for (std::size_t i = 0; i < traced.inputs.size(); ++i) {
    out.set_name(graph.inputs()[i], traced.inputs[i]);
    onnx.inputs.push_back({traced.inputs[i], shape_of(graph.inputs()[i])});
  }
  std::set<std::string> unknown;
  for (const torch::jit::Node* node : graph.nodes()) {
    const std::string kind = node->kind().toQualString();
    if (node->kind() == torch::jit::prim::ListUnpack && unknown.empty()) unpack_list(out, node);
    if (kind.starts_with("prim::")) continue;  // constants and lists, which those that read them look at
    if (!node->hasUses()) continue;
    const OnnxRule* rule = onnx_rule(node->kind().toUnqualString());
    if (rule == nullptr) {
      unknown.insert(kind);
    } else if (unknown.empty()) {
      out.set_name(node->output(), (*rule)(out, node));
    }
  }
  require(unknown.empty(), "This generator has operators that ganvas cannot write as ONNX: {}.",
          fmt::join(unknown, ", "));
  const torch::jit::Value* result = graph.outputs()[0];
  onnx.nodes.push_back({"Identity", {out.name_of(result)}, traced.output, {}});
  onnx.outputs.push_back({traced.output, shape_of(result)});
  std::set<std::string> read;
  for (const io::OnnxNode& node : onnx.nodes) read.insert(node.inputs.begin(), node.inputs.end());
  std::erase_if(onnx.initializers, [&](const auto& tensor) { return !read.contains(tensor.first); });
  return onnx;
}

}  // namespace ganvas::models
