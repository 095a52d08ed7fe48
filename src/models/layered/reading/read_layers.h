#pragma once
// Networks of unknown programs, read layer by layer.

#include <optional>

#include "models/generator.h"
#include "models/layered/reading/fold_norms.h"

namespace ganvas::models {

/// Whether the file says itself what its layers are: a Keras model, an ONNX graph, a TorchScript program.
bool says_its_layers(const io::WeightSet& weights);

/// What the tensors are as layers in the order in which they stand in the file, with what the file does not say chosen
/// by what public networks do, and by what batch norms remember (LayeredSettings::assumed). Throws Error saying what
/// does not fit; what looks like another kind of network is named.
std::optional<Recognised> recognise_layers(const io::WeightSet& weights);

/// The file's tensors as recognise_layers() has read them: plain weights under the names of the layers.
io::WeightSet network_weights(const io::WeightSet& weights);

}  // namespace ganvas::models
