#include "core/error.h"

#include <torch/nn/module.h>
#include "models/generator.h"
#include "optim/optimizers.h"
#include "train/recipe/recipe.h"

namespace ganvas::train {
namespace {

struct Elements {
  std::size_t generator = 0;
  std::size_t discriminator = 0;
};

/// Values of a network's tensors.
std::size_t values_of(const torch::nn::Module& network) {
  std::size_t values = 0;
  for (const at::Tensor& tensor : network.parameters()) values += static_cast<std::size_t>(tensor.numel());
  for (const at::Tensor& tensor : network.buffers()) values += static_cast<std::size_t>(tensor.numel());
  return values;
}

/// Weights of both networks: of a DCGAN counted from the spec alone, which the window does at every change of a field;
/// else of networks whose memory is reserved and never touched.
Elements elements_of(const models::NetworkSpec& spec) {
  if (spec.family != "dcgan")
    return {values_of(*models::empty_generator(spec)), values_of(*models::empty_discriminator(spec))};
  const models::DcganSpec& dcgan = spec.dcgan;
  Elements elements;
  const auto layer = [](std::size_t from, std::size_t to, bool norm) { return from * to * 16 + (norm ? 4 * to : 0); };
  auto from = static_cast<std::size_t>(spec.z_dim);
  for (const int channels : dcgan.channels) {
    elements.generator += layer(from, static_cast<std::size_t>(channels), dcgan.g_batch_norm);
    from = static_cast<std::size_t>(channels);
  }
  elements.generator += layer(from, static_cast<std::size_t>(spec.image_channels), false);
  std::vector<int> mirrored = dcgan.d_channels;
  if (mirrored.empty()) mirrored.assign(dcgan.channels.rbegin(), dcgan.channels.rend());
  from = static_cast<std::size_t>(spec.image_channels);
  for (const int channels : mirrored) {
    elements.discriminator += layer(from, static_cast<std::size_t>(channels), dcgan.d_batch_norm);
    from = static_cast<std::size_t>(channels);
  }
  elements.discriminator += layer(from, 1, false);
  return elements;
}

}  // namespace

std::size_t peak_memory_bytes(const Recipe& recipe) {
  constexpr std::size_t snapshots = 3;      // alive at once, at most
  constexpr std::size_t batches_ahead = 5;  // of the loader: four waiting, one in hand
  const Elements elements = elements_of(recipe.network);
  const auto copies = [](const optim::OptimizerSpec& spec) {
    return static_cast<std::size_t>(2 + optim::state_tensors(spec));
  };
  const std::size_t weights = 4 * (elements.generator * (copies(recipe.g_optimizer) + 1 + snapshots) +
                                   elements.discriminator * copies(recipe.d_optimizer));
  // In the generator's step the activations of both networks wait for the backward pass; the discriminator mirrors the
  // generator. Gradients of activations and convolution workspaces come on top: about as much again as one network.
  const std::size_t activations = 3 * models::activation_bytes(recipe.network, recipe.batch);
  const auto picture = static_cast<std::size_t>(recipe.network.image_channels) *
                       static_cast<std::size_t>(recipe.network.resolution) *
                       static_cast<std::size_t>(recipe.network.resolution);
  return weights + activations + batches_ahead * static_cast<std::size_t>(recipe.batch) * picture;
}

}  // namespace ganvas::train
