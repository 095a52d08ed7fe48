#include <map>

#include "models/dcgan/dcgan.h"
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
  found.spec.dcgan.bias = layers->bias;
  std::vector<int> channels;
  const auto picture_channels = [](std::int64_t count) { return count == 1 || count == 3; };
  // Transposed convolutions keep [in, out, 4, 4], plain ones [out, in, 4, 4]; the chain of channels tells them apart.
  if (picture_channels(convolutions.back().size(1)) && convolutions[0].size(1) == convolutions[1].size(0)) {
    for (std::size_t i = 0; i + 1 < convolutions.size(); ++i)
      channels.push_back(static_cast<int>(convolutions[i].size(1)));
    found.role = Role::generator;
    found.spec.z_dim = found.spec.w_dim = static_cast<int>(convolutions.front().size(0));
    found.spec.image_channels = static_cast<int>(convolutions.back().size(1));
    found.spec.dcgan.channels = channels;
    found.spec.dcgan.g_batch_norm = layers->normalised.front();
    return found;
  }
  if (convolutions.back().size(0) == 1 && picture_channels(convolutions.front().size(1)) &&
      convolutions[0].size(0) == convolutions[1].size(1)) {
    for (std::size_t i = 0; i + 1 < convolutions.size(); ++i)
      channels.push_back(static_cast<int>(convolutions[i].size(0)));
    found.role = Role::discriminator;
    found.spec.image_channels = static_cast<int>(convolutions.front().size(1));
    found.spec.dcgan.d_channels = channels;
    found.spec.dcgan.channels.assign(channels.rbegin(), channels.rend());
    found.spec.dcgan.d_batch_norm_first = layers->normalised.front();
    found.spec.dcgan.d_batch_norm = layers->normalised[1];
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
  std::size_t elements = static_cast<std::size_t>(spec.image_channels) * spec.resolution * spec.resolution * 2;
  std::size_t side = 4;
  for (const int channels : spec.dcgan.channels) {
    elements += static_cast<std::size_t>(channels) * side * side * (spec.dcgan.g_batch_norm ? 2 : 1);
    side *= 2;
  }
  return elements;
}

}  // namespace

Family dcgan_family() {
  return {"dcgan", new_generator, new_discriminator, recognise, to_network, activation_elements};
}

}  // namespace ganvas::models
