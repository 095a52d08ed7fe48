#pragma once
// What a trainer does to networks once, and what growing does to them.

#include <torch/torch.h>

#include "data/dataset.h"
#include "train/recipe.h"

namespace ganvas {

/// Plain convolutions alone run fastest in channels-last order, with oneDNN and cuDNN alike.
bool channels_last(const NetworkSpec& spec);
/// Chosen once, before any optimiser sees the parameters.
void use_channels_last(torch::nn::Module& network);

/// The generator keeps it in its synthesis part, the discriminator at its top.
void set_level_of_detail(torch::nn::Module& network, double lod);

/// Throws Error when the data set has other pictures or labels than the recipe's networks need.
void check_fit(const Recipe& recipe, const Dataset& dataset);

}  // namespace ganvas
