#pragma once
// Layers out of a TorchScript program, whose text is read and not executed: what docs/formats.md lists.

#include <optional>

#include "models/generator.h"

namespace ganvas::models {

/// What the program is; nothing where the file is none. How many values its latent has is not in its text: the sizes
/// that it or its weights name are tried. Throws Error with a clause naming the call that no layer here is like.
std::optional<Recognised> recognise_torchscript(const io::WeightSet& weights);

/// Its tensors under the names of the layers that recognise_torchscript() gives.
io::WeightSet plain_torchscript_weights(const io::WeightSet& weights);

}  // namespace ganvas::models
