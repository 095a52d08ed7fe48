#include "models/traits.h"
#include "optim/optimizers.h"
#include "train/recipe/recipe.h"

namespace ganvas::train {

std::size_t peak_memory_bytes(const Recipe& recipe) {
  constexpr std::size_t snapshots = 3;      // alive at once, at most
  constexpr std::size_t batches_ahead = 5;  // of the loader: four waiting, one in hand
  const models::WeightCount elements = models::weight_count(recipe.network);
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
                       static_cast<std::size_t>(models::picture_width(recipe.network));
  return weights + activations + batches_ahead * static_cast<std::size_t>(recipe.batch) * picture;
}

}  // namespace ganvas::train
