#pragma once
// Files of other programs: their tensors under the names and in the layout of our StyleGAN2 networks.

#include <string>
#include <vector>

#include "io/weight_set.h"
#include "models/generator.h"
#include "models/network_spec.h"

namespace ganvas::models {

/// rosinality's PyTorch program ("conv1.conv.modulation.weight", "final_linear.0.weight").
bool is_rosinality_stylegan2(const io::WeightSet& weights);
io::WeightSet from_rosinality_stylegan2(const io::WeightSet& weights);
/// The way back, of a network of ours: as that program's state dict. Throws Error naming what its networks do not have
/// (labels, other architectures, pictures that are not square or not in colour, ...).
io::WeightSet to_rosinality_stylegan2(const NetworkSpec& spec, Role role, const io::WeightSet& weights);
/// What that program has to be told so that the state dict fits, "--size 256 --channel_multiplier 2 ..."; a sentence
/// where no arguments make it so.
std::string arguments_of_rosinality_stylegan2(const NetworkSpec& spec);
/// Our name of a parameter of that program's networks; empty for what we do not keep. `resolution` of the network.
std::string name_of_rosinality_stylegan2(const std::string& name, int resolution);

/// NVIDIA's TensorFlow programs of 2019 and 2020 ("8x8/Conv0_up/mod_weight", "64x64/FromRGB/weight").
bool is_tensorflow_stylegan2(const io::WeightSet& weights);
io::WeightSet from_tensorflow_stylegan2(const io::WeightSet& weights);

/// Adds the resampling filter of these taps wherever our networks keep it as a buffer, beside each convolution and in
/// each block of `weights`.
void add_stylegan2_filters(io::WeightSet& weights, const std::vector<double>& taps);

}  // namespace ganvas::models
