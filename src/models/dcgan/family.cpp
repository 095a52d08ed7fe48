#include <algorithm>
#include <map>

#include "models/dcgan/dcgan.h"
#include "models/dcgan/settings.h"
#include "models/family.h"

namespace ganvas::models {
namespace {

/// "main.3.weight" -> 3 for names of this family, with or without "main." and data-parallel "module." in front.
std::optional<int> position_of(const std::string& name) {
  const auto dot = name.find('.');
  if (dot == std::string::npos || dot == 0 || dot > 4) return std::nullopt;
  int position = 0;
  for (std::size_t i = 0; i < dot; ++i) {
    if (name[i] < '0' || name[i] > '9') return std::nullopt;
    position = position * 10 + (name[i] - '0');
  }
  return position;
}

std::string without_prefixes(std::string name) {
  for (const std::string_view prefix : {"module.", "main."}) {
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
  }
  return name;
}

io::WeightSet to_network(const io::WeightSet& weights) {
  io::WeightSet renamed;
  for (const auto& [name, tensor] : weights.items()) renamed.set("main." + without_prefixes(name), tensor);
  return renamed;
}

struct Layers {
  std::vector<at::Tensor> convolutions;  // 4x4 kernels, in order of their positions
  std::vector<bool> normalised;          // whether a batch norm follows
  bool bias = false;
};

/// Sorts the tensors by their positions in the chain: files keep parameters and buffers in any order.
std::optional<Layers> layers_of(const io::WeightSet& weights) {
  std::map<int, std::map<std::string, at::Tensor>> chain;
  for (const auto& [full_name, tensor] : weights.items()) {
    const std::string name = without_prefixes(full_name);
    const auto position = position_of(name);
    if (!position) return std::nullopt;
    chain[*position].emplace(name.substr(name.find('.') + 1), tensor);
  }
  Layers layers;
  for (auto& [position, tensors] : chain) {
    if (!tensors.contains("weight")) return std::nullopt;
    const at::Tensor& weight = tensors["weight"];
    if (weight.dim() == 4 && weight.size(2) == 4 && weight.size(3) == 4) {
      layers.convolutions.push_back(weight);
      layers.normalised.push_back(false);
      layers.bias = layers.bias || tensors.contains("bias");
    } else if (weight.dim() == 1 && tensors.contains("running_mean") && !layers.convolutions.empty()) {
      layers.normalised.back() = true;
    } else {
      return std::nullopt;
    }
  }
  const auto count = layers.convolutions.size();
  if (count < 4 || count > 6) return std::nullopt;
  return layers;
}

std::optional<Recognised> recognise(const io::WeightSet& weights) {
  const auto layers = layers_of(weights);
  if (!layers) return std::nullopt;
  const auto& convolutions = layers->convolutions;
  Recognised found;
  found.spec.family = "dcgan";
  found.spec.resolution = 4 << (convolutions.size() - 1);
  DcganSettings settings;
  settings.bias = layers->bias;
  std::vector<int> channels;
  const auto picture_channels = [](std::int64_t count) { return count == 1 || count == 3; };
  // Transposed convolutions keep [in, out, 4, 4], plain ones [out, in, 4, 4]; the chain of channels tells them apart.
  if (picture_channels(convolutions.back().size(1)) && convolutions[0].size(1) == convolutions[1].size(0)) {
    for (std::size_t i = 0; i + 1 < convolutions.size(); ++i)
      channels.push_back(static_cast<int>(convolutions[i].size(1)));
    found.role = Role::generator;
    found.spec.z_dim = found.spec.w_dim = static_cast<int>(convolutions.front().size(0));
    found.spec.image_channels = static_cast<int>(convolutions.back().size(1));
    settings.channels = channels;
    settings.g_batch_norm = layers->normalised.front();
    found.spec.extra = to_json(settings);
    return found;
  }
  if (convolutions.back().size(0) == 1 && picture_channels(convolutions.front().size(1)) &&
      convolutions[0].size(0) == convolutions[1].size(1)) {
    for (std::size_t i = 0; i + 1 < convolutions.size(); ++i)
      channels.push_back(static_cast<int>(convolutions[i].size(0)));
    found.role = Role::discriminator;
    found.spec.image_channels = static_cast<int>(convolutions.front().size(1));
    settings.d_channels = channels;
    settings.channels.assign(channels.rbegin(), channels.rend());
    settings.d_batch_norm_first = layers->normalised.front();
    settings.d_batch_norm = layers->normalised[1];
    found.spec.extra = to_json(settings);
    return found;
  }
  return std::nullopt;
}

GeneratorPtr new_generator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<DcganGenerator>(spec, random);
}

DiscriminatorPtr new_discriminator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<DcganDiscriminator>(spec, random);
}

std::size_t activation_elements(const NetworkSpec& spec) {
  // Each layer but the last keeps its convolution, batch norm and activation.
  const DcganSettings settings = dcgan_settings(spec);
  std::size_t elements = static_cast<std::size_t>(spec.image_channels) * spec.resolution * spec.resolution * 2;
  std::size_t side = 4;
  for (const int channels : settings.channels) {
    elements += static_cast<std::size_t>(channels) * side * side * (settings.g_batch_norm ? 2 : 1);
    side *= 2;
  }
  return elements;
}

/// Of a chain of 4x4 kernels over these channels, with batch norm after each but the last.
std::size_t chain_elements(const std::vector<int>& channels, bool norm) {
  std::size_t elements = 0;
  for (std::size_t i = 1; i < channels.size(); ++i) {
    const auto from = static_cast<std::size_t>(channels[i - 1]), to = static_cast<std::size_t>(channels[i]);
    elements += from * to * 16 + (norm && i + 1 < channels.size() ? 4 * to : 0);
  }
  return elements;
}

/// From the numbers alone: LibTorch's convolutions, even empty ones, would draw their weights.
WeightCount count_weights(const NetworkSpec& spec) {
  const DcganSettings settings = dcgan_settings(spec);
  std::vector<int> up{spec.z_dim}, down{spec.image_channels};
  const std::vector<int> mirrored = settings.channels_of_d();
  up.insert(up.end(), settings.channels.begin(), settings.channels.end());
  up.push_back(spec.image_channels);
  down.insert(down.end(), mirrored.begin(), mirrored.end());
  down.push_back(1);
  return {chain_elements(up, settings.g_batch_norm), chain_elements(down, settings.d_batch_norm)};
}

std::vector<int> widths(const NetworkSpec& spec, Role role) {
  const DcganSettings settings = dcgan_settings(spec);
  return role == Role::generator ? settings.channels : settings.channels_of_d();
}

/// "main.3.weight": the chain has a convolution, a norm and an activation a level.
int resolution_of(const std::string& tensor, const NetworkSpec& spec) {
  const int position = position_of(without_prefixes(tensor)).value_or(0);
  const int level = position / (dcgan_settings(spec).g_batch_norm ? 3 : 2);
  return std::min(spec.resolution, 4 << std::min(level, 20));
}

}  // namespace

Family dcgan_family() {
  return {.name = "dcgan",
          .traits = {.channels_last = true},
          .make_generator = new_generator,
          .make_discriminator = new_discriminator,
          .recognise = recognise,
          .to_network = to_network,
          .settings_key = "dcgan",
          .settings = [](const NetworkSpec& spec) { return to_json(dcgan_settings(spec)); },
          .widths = widths,
          .activation_elements = activation_elements,
          .weight_count = count_weights,
          .layer_resolution = resolution_of};
}

}  // namespace ganvas::models
