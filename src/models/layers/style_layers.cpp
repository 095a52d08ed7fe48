#include "models/layers/style_layers.h"

#include <string_view>

#include "models/traits.h"

namespace ganvas::models {
namespace {

/// Of a StyleGAN, whose layers are registered in the order in which they run.
std::vector<StyleLayer> layers_of_styles(const Generator& generator, const char* ending) {
  std::vector<StyleLayer> layers;
  for (const auto& parameter : generator.named_parameters()) {
    const std::string_view name = parameter.key();
    if (!name.ends_with(ending)) continue;
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
  const char* ending = traits_of(generator.spec()).style_weights;
  return ending == nullptr ? first_layer(generator) : layers_of_styles(generator, ending);
}

}  // namespace ganvas::models
