#pragma once
// Layers out of the configuration of a Keras model (docs/formats.md lists them), and its arrays as PyTorch lays them
// out: kernels channels first, batch norm's arrays by PyTorch's names.

#include <optional>

#include "models/generator.h"

namespace ganvas::models {

/// What the file is; nothing where it is no Keras model. All is in the file, so nothing is assumed but the range of the
/// pixels where the last activation does not tell. Throws Error naming the layer that nothing here is like.
std::optional<Recognised> recognise_keras(const io::WeightSet& weights);

/// The arrays under the names of the layers that recognise_keras() gives.
io::WeightSet plain_keras_weights(const io::WeightSet& weights);

}  // namespace ganvas::models
