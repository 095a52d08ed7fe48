#pragma once
// Layers out of an ONNX graph: the operators that docs/formats.md lists.

#include <optional>

#include "models/generator.h"

namespace ganvas::models {

/// What the file is; nothing where it is no ONNX graph. The graph says all about the network. Throws Error naming the
/// operator that nothing here is like.
std::optional<Recognised> recognise_onnx(const io::WeightSet& weights);

/// Its tensors under the names of the layers that recognise_onnx() gives.
io::WeightSet plain_onnx_weights(const io::WeightSet& weights);

}  // namespace ganvas::models
