#pragma once
// What a trainer does to networks once, and what growing does to them.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "data/dataset.h"
#include "models/generator.h"
#include "train/recipe/recipe.h"

namespace ganvas::train {

/// Memory order, modes and gradients of the three networks of a run; once, before any optimiser sees the parameters.
void prepare_networks(const models::NetworkSpec& spec, models::Generator& generator, models::Generator& average,
                      models::Discriminator& discriminator);

/// On a GPU: only operators that give the same result each time, for the whole program.
void use_deterministic_operators();

/// Threads that draw or decode pictures: as many as were asked for; 0: one, beside a GPU most of the cores.
int loader_threads(int asked, at::Device device);

/// The generator keeps it in its synthesis part, the discriminator at its top.
void set_level_of_detail(torch::nn::Module& network, double lod);

/// Throws Error when the data set has other pictures or labels than the recipe's networks need.
void check_fit(const Recipe& recipe, const data::Dataset& dataset);

}  // namespace ganvas::train
