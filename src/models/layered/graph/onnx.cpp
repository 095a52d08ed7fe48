#include "models/layered/graph/onnx.h"

#include "core/error.h"
#include "models/layered/graph/operators.h"

namespace ganvas::models {
namespace {

LayerGraph translated(const io::WeightSet& weights) {
  try {
    const at::NoGradGuard no_grad;
    const Json& graph = weights.metadata.at("onnx.graph");
    LayerGraph g(weights, graph.at("inputs"));
    for (const Json& one : graph.at("nodes")) {
      const GraphNode node{one.at("op"), one.at("name"), one.at("inputs"), one.at("outputs"), one.at("attributes")};
      try {
        add_operator(g, node);
      } catch (const Error& error) {
        fail("its operator {} cannot be read: {}", node.shown(), error.what());
      }
    }
    require(!graph.at("outputs").empty(), "its graph has no output");
    g.finish(graph.at("outputs").at(0).get<std::string>());
    return g;
  } catch (const nlohmann::json::exception&) {
    fail("its graph is not as ONNX has it");
  } catch (const c10::Error&) {
    fail("the sizes of its tensors do not fit together");
  }
}

}  // namespace

std::optional<Recognised> recognise_onnx(const io::WeightSet& weights) {
  if (!weights.metadata.contains("onnx.graph")) return std::nullopt;
  return translated(weights).recognised();
}

io::WeightSet plain_onnx_weights(const io::WeightSet& weights) {
  io::WeightSet plain = translated(weights).plain();
  plain.provenance = weights.provenance;
  return plain;
}

}  // namespace ganvas::models
