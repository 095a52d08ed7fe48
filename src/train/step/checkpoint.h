#pragma once
// A training run as one safetensors file. Tensor names: "g.<name>", "d.<name>", "ema.<name>" for the networks and
// "g_optimizer.<name>.<what>", "d_optimizer.<name>.<what>" for the optimisers, "path_mean" for the average path length.
// Metadata: "ganvas.checkpoint" (format version), "ganvas.recipe", "ganvas.state" and "ganvas.notes" (JSON texts), and
// "ganvas.sha256" over all of them and the tensors.

#include <torch/optim/optimizer.h>
#include <filesystem>

#include "core/random.h"
#include "io/weight_set.h"
#include "models/generator.h"
#include "train/recipe/recipe.h"

namespace ganvas::train {

/// What a checkpoint copies from or into. References into a Trainer.
struct CheckpointParts {
  models::Generator& generator;
  models::Discriminator& discriminator;
  models::Generator& ema;
  torch::optim::Optimizer& g_optimizer;
  torch::optim::Optimizer& d_optimizer;
  at::Tensor path_mean = {};  ///< undefined without path length regularisation
};

/// Counters and random streams: all that the next step depends on beside weights and optimisers.
struct CheckpointState {
  std::int64_t steps = 0;
  std::int64_t images = 0;
  std::int64_t sampler_position = 0;
  std::int64_t data_size = 0;        ///< pictures of the data set; 0 in files of before it was kept
  std::uint64_t fork = 0;            ///< which continuation of the run this is
  Json streams;                      ///< Streams::state()
  Json adaptation = Json::object();  ///< AdaptiveAugmentation::state()
  std::int64_t phase_images = 0;     ///< images when growing last looked at its schedule
  Json notes = Json::object();       ///< of whoever drives the trainer: journal and health
};

/// All tensors, copied to the CPU.
io::WeightSet checkpoint_weights(const CheckpointParts& parts);

/// The whole checkpoint in memory, independent of `parts`; write_checkpoint() puts it on disk. `recipe` as it is now.
io::WeightSet checkpoint_of(const Recipe& recipe, const CheckpointParts& parts, const CheckpointState& state);

/// Adds the checksum and writes the file atomically. Any thread. Throws Error and leaves the file that was there.
void write_checkpoint(const std::filesystem::path& file, io::WeightSet checkpoint);

/// Fills `parts`. Throws Error when the file is no checkpoint, is damaged or belongs to other networks or optimisers
/// than `recipe`.
CheckpointState read_checkpoint(const std::filesystem::path& file, const Recipe& recipe, const CheckpointParts& parts);

/// Reads the file whole and compares its checksum. -> what is wrong with it, a sentence; empty: nothing.
std::string checkpoint_damage(const std::filesystem::path& file);

/// The recipe that a checkpoint was written with. Throws Error when the file is no checkpoint.
Recipe recipe_of_checkpoint(const std::filesystem::path& file);

}  // namespace ganvas::train
