#include "models/layers/style_layers.h"

#include <string_view>

namespace ganvas::models {
namespace {

/// Of a StyleGAN, whose layers are registered in the order in which they run.
std::vector<StyleLayer> layers_of_styles(const Generator& generator) {
  std::vector<StyleLayer> layers;
  for (const auto& parameter : generator.named_parameters()) {
    const std::string_view name = parameter.key();
    if (!name.ends_with(".affine.weight") && !name.ends_with(".StyleMod.weight")) continue;
    const bool before_was_rgb = !layers.empty() && layers.back().name.ends_with(".torgb.affine.weight");
    if (before_was_rgb) layers.pop_back();
    layers.push_back({parameter.key(), parameter.value().detach()});
  }
  return layers;
}

/// Of a network that takes z itself: a transposed convolution [z, C, k, k] or a linear layer [out, z].
std::vector<StyleLayer> first_layer(const Generator& generator) {
  const std::int64_t z_dim = generator.spec().z_dim;
  for (const auto& parameter : generator.named_parameters()) {
    const at::Tensor weight = parameter.value().detach();
    if (weight.dim() == 4 && weight.size(0) == z_dim) return {{parameter.key(), weight.flatten(1).t()}};
    if (weight.dim() == 2 && weight.size(1) == z_dim) return {{parameter.key(), weight}};
  }
  return {};
}

}  // namespace

std::vector<StyleLayer> style_layers(const Generator& generator) {
  std::vector<StyleLayer> layers = layers_of_styles(generator);
  return layers.empty() ? first_layer(generator) : layers;
}

}  // namespace ganvas::models
