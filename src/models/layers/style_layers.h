#pragma once
// How the style rows of w enter a generator.

#include <string>
#include <vector>

#include "models/generator.h"

namespace ganvas::models {

/// The matrix by which a style row enters.
struct StyleLayer {
  std::string name;   ///< of its parameter: "synthesis.b8.conv0.affine.weight"
  at::Tensor weight;  ///< [out, w_dim], shared with the network, as it is stored (without run-time scales)
};

/// One layer a style row, in their order. StyleGAN2's layers to RGB share the row of the convolution after them, and
/// are left out but for the last. Families without a W space have one row, the latent, which enters by the first layer.
/// Empty for programs (TorchScript), which do not tell.
std::vector<StyleLayer> style_layers(const Generator& generator);

}  // namespace ganvas::models
