#pragma once
// A model file as what a run begins with: its generator, the average of it and its discriminator.

#include <filesystem>
#include <string>

#include "io/weight_set.h"
#include "models/network_spec.h"
#include "train/recipe/recipe.h"

namespace ganvas::train {

struct StartModel {
  models::NetworkSpec spec;     ///< of generator and discriminator together
  io::WeightSet generator;      ///< under our names; the average where the file has nothing else
  io::WeightSet average;        ///< the generator where the file has no average
  io::WeightSet discriminator;  ///< empty: the file has none that can be used
  std::string note;             ///< why there is no discriminator, a sentence; or empty
};

/// Reads a model file, a checkpoint or a run folder. Throws Error with one sentence when it holds no generator that can
/// be trained.
StartModel read_start_model(const std::filesystem::path& file);

/// The recipe begins with the networks of that file: its network becomes theirs, of the file's own sizes. Where both
/// are of one family that has its networks for many sizes, resolution, colour channels and labels stay the recipe's.
/// `freeze_d`: so many of the discriminator's first layers do not train (Mo et al. 2020, Freeze-D); -1: as in the file.
/// Throws Error for a family without it.
void begin_with(Recipe& recipe, const std::filesystem::path& file, int freeze_d = -1);

}  // namespace ganvas::train
