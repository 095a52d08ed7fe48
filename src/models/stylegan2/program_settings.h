#pragma once
// What NVIDIA's programs keep of the arguments that a network was made with, beside its tensors.

#include "io/weight_set.h"
#include "models/stylegan2/settings.h"

namespace ganvas::models {

/// Takes the arguments that do not show in the tensors: the PyTorch programs' "init_args" and "init_kwargs" (mapping,
/// synthesis or blocks, and epilogue each have their own), the TensorFlow programs' "static_kwargs". Throws Error
/// naming an argument whose value our networks do not have.
void read_program_settings(const io::WeightSet& weights, bool generator, Stylegan2Settings& settings);

}  // namespace ganvas::models
