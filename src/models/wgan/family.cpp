#include <algorithm>
#include <cstdlib>

#include "models/family.h"
#include "models/wgan/settings.h"
#include "models/wgan/wgan.h"

namespace ganvas::models {
namespace {

/// Data-parallel training puts "module." in front of every name.
io::WeightSet to_network(const io::WeightSet& weights) {
  io::WeightSet renamed;
  for (const auto& [name, tensor] : weights.items())
    renamed.set(name.starts_with("module.") ? name.substr(7) : name, tensor);
  return renamed;
}

/// The tensor whose name starts with `start` and ends with `end`, or nullptr.
const at::Tensor* find(const io::WeightSet& weights, std::string_view start, std::string_view end) {
  for (const auto& [name, tensor] : weights.items()) {
    if (name.starts_with(start) && name.ends_with(end)) return &tensor;
  }
  return nullptr;
}

int count(const io::WeightSet& weights, std::string_view start, std::string_view end) {
  int found = 0;
  for (const auto& [name, tensor] : weights.items()) found += name.starts_with(start) && name.ends_with(end) ? 1 : 0;
  return found;
}

std::optional<Recognised> recognise_convolutions(const io::WeightSet& weights) {
  const int doublings =
      count(weights, "main.pyramid:", "conv.weight") + count(weights, "main.pyramid:", "convt.weight");
  if (doublings > 7) return std::nullopt;
  WganSettings settings;
  settings.extra_layers = count(weights, "main.extra-layers-", "conv.weight");
  const bool batch_norm = find(weights, "main.", ":batchnorm.weight") != nullptr;
  Recognised found;
  found.spec.family = "wgan";
  if (const at::Tensor* first = find(weights, "main.initial:", ":convt.weight")) {
    const at::Tensor* last = find(weights, "main.final:", ":convt.weight");
    if (last == nullptr || first->dim() != 4 || last->dim() != 4) return std::nullopt;
    found.spec.z_dim = static_cast<int>(first->size(0));
    found.spec.image_channels = static_cast<int>(last->size(1));
    found.spec.resolution = 8 << doublings;
    settings.g_channels = static_cast<int>(last->size(0));
    settings.g_batch_norm = batch_norm;
  } else if (const at::Tensor* input = find(weights, "main.initial:", ":conv.weight")) {
    if (find(weights, "main.final:", ":conv.weight") == nullptr || input->dim() != 4) return std::nullopt;
    found.role = Role::discriminator;
    found.spec.image_channels = static_cast<int>(input->size(1));
    found.spec.resolution = 8 << doublings;
    settings.d_channels = static_cast<int>(input->size(0));
    settings.d_batch_norm = batch_norm;
  } else {
    return std::nullopt;
  }
  found.spec.extra = to_json(settings);
  return found;
}

/// Of convolutional networks, which the program's own names tell. Its fully connected ones have the names of anybody's,
/// and are read layer by layer.
std::optional<Recognised> recognise(const io::WeightSet& file) {
  auto found = recognise_convolutions(to_network(file));
  if (found) found->spec.w_dim = found->spec.z_dim;
  return found;
}

GeneratorPtr new_generator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<WganGenerator>(spec, random);
}

DiscriminatorPtr new_discriminator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<WganCritic>(spec, random);
}

std::size_t activation_elements(const NetworkSpec& spec) {
  const WganSettings settings = wgan_settings(spec);
  const auto resolution = static_cast<std::size_t>(spec.resolution);
  const std::size_t picture = resolution * resolution * spec.image_channels * 2;
  if (settings.g_mlp) return picture + static_cast<std::size_t>(settings.g_channels) * 6;
  // Layer i below the last has 2^i times the channels on 4^i times fewer pixels; each keeps up to three tensors.
  const std::size_t widest = resolution * resolution / 4 * settings.g_channels * (settings.g_batch_norm ? 3 : 2);
  return picture + widest * (2 + settings.extra_layers);
}

std::vector<int> widths(const NetworkSpec& spec, Role role) {
  const WganSettings settings = wgan_settings(spec);
  return {role == Role::generator ? settings.g_channels : settings.d_channels};
}

/// From the numbers alone: LibTorch's layers, even empty ones, would draw their weights.
WeightCount count_weights(const NetworkSpec& spec) {
  const WganSettings settings = wgan_settings(spec);
  using Size = std::size_t;
  const auto linear = [](Size from, Size width, Size to) {
    return (from + 1) * width + 2 * (width + 1) * width + (width + 1) * to;
  };
  const auto narrow = [&](Size channels, bool norm) {  // the layers of `channels` on both sides
    return Size(settings.extra_layers) * (9 * channels * channels + (norm ? 4 * channels : 0));
  };
  const Size picture = Size(spec.image_channels) * Size(spec.resolution) * Size(spec.resolution);
  const Size doublings = Size(std::max(spec.resolution, 8) / 8), color = Size(spec.image_channels);
  const auto pyramid = [&](Size narrowest, bool norm, bool first_norm) {
    Size elements = 0;
    for (Size wide = narrowest * doublings; wide > narrowest; wide /= 2)
      elements += 16 * wide * (wide / 2) + (norm ? 4 * (first_norm ? wide / 2 : wide) : 0);
    return elements;
  };
  const Size g = Size(settings.g_channels), d = Size(settings.d_channels), z = Size(spec.z_dim);
  WeightCount count;
  count.generator = settings.g_mlp ? linear(z, g, picture)
                                   : 16 * z * g * doublings + (settings.g_batch_norm ? 4 * g * doublings : 0) +
                                         pyramid(g, settings.g_batch_norm, true) + narrow(g, settings.g_batch_norm) +
                                         16 * g * color;
  count.discriminator = settings.d_mlp ? linear(picture, d, 1)
                                       : 16 * color * d + narrow(d, settings.d_batch_norm) +
                                             pyramid(d, settings.d_batch_norm, false) + 16 * d * doublings;
  return count;
}

/// "main.initial:7-8:convt.weight" is the start, "final" and "extra-layers" are at the picture's end; fully connected
/// layers, "main.2.weight", count from the start.
int resolution_of(const std::string& tensor, const NetworkSpec& spec) {
  if (tensor.find("initial") != std::string::npos) return 4;
  if (tensor.find("pyramid") != std::string::npos) return spec.resolution / 2;
  if (tensor.find("final") != std::string::npos || tensor.find("extra") != std::string::npos) return spec.resolution;
  const auto dot = tensor.find('.');
  const int position = std::atoi(tensor.c_str() + (dot == std::string::npos ? 0 : dot + 1));
  return std::min(spec.resolution, 4 << position / 3);
}

}  // namespace

Family wgan_family() {
  return {.name = "wgan",
          .make_generator = new_generator,
          .make_discriminator = new_discriminator,
          .recognise = recognise,
          .to_network = to_network,
          .widths = widths,
          .activation_elements = activation_elements,
          .weight_count = count_weights,
          .layer_resolution = resolution_of};
}

}  // namespace ganvas::models
