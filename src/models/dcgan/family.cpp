#include <algorithm>

#include "models/dcgan/dcgan.h"
#include "models/dcgan/settings.h"
#include "models/family.h"

namespace ganvas::models {
namespace {

/// "main.3.weight" -> 3.
std::optional<int> position_of(std::string name) {
  if (name.starts_with("main.")) name.erase(0, 5);
  const auto dot = name.find('.');
  if (dot == std::string::npos || dot == 0 || dot > 4) return std::nullopt;
  int position = 0;
  for (std::size_t i = 0; i < dot; ++i) {
    if (name[i] < '0' || name[i] > '9') return std::nullopt;
    position = position * 10 + (name[i] - '0');
  }
  return position;
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

Json settings_of_pair(const NetworkSpec& g, const NetworkSpec& d) {
  DcganSettings both = dcgan_settings(g);
  const DcganSettings own = dcgan_settings(d);
  both.d_channels = own.channels_of_d();
  both.d_batch_norm = own.d_batch_norm;
  both.d_batch_norm_first = own.d_batch_norm_first;
  both.d_slope = own.d_slope;
  return to_json(both);
}

/// "main.3.weight": the chain has a convolution, a norm and an activation a level.
int resolution_of(const std::string& tensor, const NetworkSpec& spec) {
  const int position = position_of(tensor).value_or(0);
  const int level = position / (dcgan_settings(spec).g_batch_norm ? 3 : 2);
  return std::min(spec.resolution, 4 << std::min(level, 20));
}

}  // namespace

Family dcgan_family() {
  return {.name = "dcgan",
          .traits = {.channels_last = true},
          .make_generator = new_generator,
          .make_discriminator = new_discriminator,
          .settings_key = "dcgan",
          .settings = [](const NetworkSpec& spec) { return to_json(dcgan_settings(spec)); },
          .settings_of_pair = settings_of_pair,
          .widths = widths,
          .activation_elements = activation_elements,
          .weight_count = count_weights,
          .layer_resolution = resolution_of};
}

}  // namespace ganvas::models
