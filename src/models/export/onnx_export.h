#pragma once
// Generators as ONNX graphs.

#include "io/onnx/onnx_writer.h"
#include "models/export/traced.h"

namespace ganvas::models {

/// The graph of a traced generator (models/export/onnx_operators.cpp says what each operator becomes). Throws Error
/// naming operators that have no counterpart.
io::OnnxGraph onnx_graph_of(const TracedGenerator& traced);

}  // namespace ganvas::models
