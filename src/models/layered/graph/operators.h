#pragma once
// The operators of a graph, by their names in ONNX, as layers.

#include "models/layered/graph/graph.h"

namespace ganvas::models {

/// Adds the layers that the node is, and gives its value to the graph. Throws Error with a clause where no layer here
/// is like it.
void add_operator(LayerGraph& graph, const GraphNode& node);

}  // namespace ganvas::models
