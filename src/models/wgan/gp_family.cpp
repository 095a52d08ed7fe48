
#include <algorithm>
#include <cstdlib>

#include "models/family.h"
#include "models/wgan/settings.h"
#include "models/wgan/wgan_gp.h"

namespace ganvas::models {
namespace {

io::WeightSet to_network(const io::WeightSet& weights) {
  io::WeightSet renamed;
  for (const auto& [name, tensor] : weights.items())
    renamed.set(name.starts_with("module.") ? name.substr(7) : name, tensor);
  return renamed;
}

/// How many of prefix1suffix, prefix2suffix, ... there are.
int count(const io::WeightSet& weights, const char* prefix, const char* suffix) {
  int found = 0;
  while (weights.contains(fmt::format("{}{}{}", prefix, found + 1, suffix))) ++found;
  return found;
}

const at::Tensor* matrix(const io::WeightSet& weights, const std::string& name, int dimensions) {
  const at::Tensor* tensor = weights.find(name);
  return tensor != nullptr && tensor->dim() == dimensions ? tensor : nullptr;
}

std::optional<Recognised> recognise(const io::WeightSet& file) {
  const io::WeightSet weights = to_network(file);
  const at::Tensor* linear = matrix(weights, "linear.weight", 2);
  if (linear == nullptr) return std::nullopt;
  Recognised found;
  found.spec.family = "wgan_gp";
  WganGpSettings settings;
  int layers = 0;
  const at::Tensor* edge = nullptr;  // the convolution at the picture's end
  if ((layers = count(weights, "conv", ".weight")) > 0) {
    settings.form = "conv";
    found.role = Role::discriminator;
    edge = matrix(weights, "conv1.weight", 4);
  } else if ((layers = count(weights, "deconv", ".weight")) > 0) {
    settings.form = "conv";
    edge = matrix(weights, fmt::format("deconv{}.weight", layers), 4);
  } else if ((layers = count(weights, "block", ".conv1.weight")) > 0) {
    const bool critic = weights.contains("input.weight");
    found.role = critic ? Role::discriminator : Role::generator;
    edge = matrix(weights, critic ? "input.weight" : "output.weight", 4);
  }
  if (edge == nullptr || layers > 8) return std::nullopt;
  // Plain convolutions keep [out, in, ...], transposed ones [in, out, ...].
  const bool out_first = found.role == Role::discriminator || settings.form == "conv";
  settings.channels = static_cast<int>(edge->size(out_first ? 0 : 1));
  found.spec.image_channels = static_cast<int>(edge->size(out_first ? 1 : 0));
  found.spec.resolution = 4 << layers;
  if (found.role == Role::generator) found.spec.z_dim = static_cast<int>(linear->size(1));
  found.spec.w_dim = found.spec.z_dim;
  found.spec.extra = to_json(settings);
  return found;
}

GeneratorPtr new_generator(const NetworkSpec& spec, at::Generator random) {
  if (wgan_gp_settings(spec).form == "conv") return std::make_shared<WganGpConvGenerator>(spec, random);
  return std::make_shared<WganGpResnetGenerator>(spec, random);
}

DiscriminatorPtr new_discriminator(const NetworkSpec& spec, at::Generator random) {
  if (wgan_gp_settings(spec).form == "conv") return std::make_shared<WganGpConvCritic>(spec, random);
  return std::make_shared<WganGpResnetCritic>(spec, random);
}

std::size_t activation_elements(const NetworkSpec& spec) {
  const WganGpSettings settings = wgan_gp_settings(spec);
  const auto pixels = static_cast<std::size_t>(spec.resolution) * spec.resolution;
  // Each halving keeps half the elements of the one before, so all together are under twice the widest. A residual
  // block keeps about eight tensors, a plain layer three.
  const std::size_t widest =
      settings.form == "conv" ? pixels / 4 * settings.channels * 3 : pixels * settings.channels * 8;
  return pixels * spec.image_channels * 2 + widest * 2;
}

std::vector<int> widths(const NetworkSpec& spec, Role) {
  return {wgan_gp_settings(spec).channels};
}

/// From the numbers alone: LibTorch's layers, even empty ones, would draw their weights.
WeightCount count_weights(const NetworkSpec& spec) {
  const WganGpSettings settings = wgan_gp_settings(spec);
  using Size = std::size_t;
  const Size color = Size(spec.image_channels), z = Size(spec.z_dim);
  int halvings = 0;
  while (8 << halvings <= spec.resolution) ++halvings;
  halvings = std::max(halvings, 1);
  const auto width = [&](int halving) { return Size(settings.channels) << std::min(halving, halvings - 1); };
  WeightCount count;
  if (settings.form == "conv") {
    const Size widest = width(halvings - 1) * 16;
    count.generator = (z + 1) * widest + 4 * widest + 25 * width(0) * color + color;
    count.discriminator = 25 * color * width(0) + width(0) + widest + 1;
    for (int i = 1; i < halvings; ++i) {
      count.generator += 25 * width(i) * width(i - 1) + 5 * width(i - 1);
      count.discriminator += 25 * width(i) * width(i - 1) + width(i);
    }
    return count;
  }
  count.generator = (z + 1) * width(halvings) * 16 + 4 * width(0) + 9 * width(0) * color + color;
  count.discriminator = 9 * color * width(0) + width(0) + width(halvings) * 16 + 1;
  for (int i = 1; i <= halvings; ++i) {
    const Size wide = width(i), narrow = width(i - 1);
    // Two kernels, the shortcut, its bias and the last one's, and the norms before both kernels.
    count.generator += 9 * wide * narrow + 9 * narrow * narrow + wide * narrow + 2 * narrow + 4 * (wide + narrow);
    count.discriminator += 9 * narrow * narrow + 9 * narrow * wide + wide * narrow + 2 * wide + 2 * (narrow + narrow);
  }
  return count;
}

/// "block2.conv1.weight", "deconv2.weight": levels count from 1, and the layer after them makes the picture.
int resolution_of(const std::string& tensor, const NetworkSpec& spec) {
  if (tensor.starts_with("output")) return spec.resolution;
  const auto digit = tensor.find_first_of("0123456789");
  const bool level = tensor.starts_with("block") || tensor.starts_with("deconv") || tensor.starts_with("norm");
  return level && digit != std::string::npos ? std::min(spec.resolution, 4 << std::atoi(tensor.c_str() + digit)) : 4;
}

}  // namespace

Family wgan_gp_family() {
  return {.name = "wgan_gp",
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
