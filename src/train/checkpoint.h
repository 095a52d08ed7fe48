#pragma once
// A training run as one safetensors file. Tensor names: "g.<name>", "d.<name>", "ema.<name>" for the networks and
// "g_optimizer.<name>.<what>", "d_optimizer.<name>.<what>" for the optimisers, "path_mean" for the average path length.
// Metadata: "ganvas.checkpoint" (format version), "ganvas.recipe" and "ganvas.state" (JSON texts).

#include <filesystem>

#include "core/random.h"
#include "io/weight_set.h"
#include "models/generator.h"
#include "train/recipe.h"

namespace ganvas {

/// What a checkpoint copies from or into. References into a Trainer.
struct CheckpointParts {
  Generator& generator;
  Discriminator& discriminator;
  Generator& ema;
  torch::optim::Optimizer& g_optimizer;
  torch::optim::Optimizer& d_optimizer;
  at::Tensor path_mean = {};  ///< undefined without path length regularisation
};

/// Counters and random streams: all that the next step depends on beside weights and optimisers.
struct CheckpointState {
  std::int64_t steps = 0;
  std::int64_t images = 0;
  std::int64_t sampler_position = 0;
  RandomStream::State latents;
  RandomStream::State labels;
  RandomStream::State fakes;  ///< noise, style mixing, mixtures of the gradient penalty
  RandomStream::State augment;
  Json adaptation = Json::object();  ///< AdaptiveAugmentation::state()
  std::int64_t phase_images = 0;     ///< images when growing last looked at its schedule
};

/// All tensors, copied to the CPU.
WeightSet checkpoint_weights(const CheckpointParts& parts);

/// Writes the file atomically. Throws Error and leaves the file that was there.
void write_checkpoint(const std::filesystem::path& file, const Recipe& recipe, const CheckpointParts& parts,
                      const CheckpointState& state);

/// Fills `parts`. Throws Error when the file is no checkpoint or belongs to other networks or optimisers than `recipe`.
CheckpointState read_checkpoint(const std::filesystem::path& file, const Recipe& recipe, const CheckpointParts& parts);

/// The recipe that a checkpoint was written with. Throws Error when the file is no checkpoint.
Recipe recipe_of_checkpoint(const std::filesystem::path& file);

}  // namespace ganvas
