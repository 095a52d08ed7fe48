#pragma once
// Parameters, buffers and gradients of whole networks against the keys of a case.

#include "models/generator.h"

#include <torch/nn/module.h>
#include "parity/reference.h"

namespace ganvas::parity {

/// The network of that name in a file of one or more.
io::WeightSet network_in(const std::filesystem::path& file, const std::string& name);

/// L2 norms, in order; an undefined tensor counts as 0. [tensors.size()]
at::Tensor norms(const std::vector<at::Tensor>& tensors);

/// Gradients of all parameters, in order; undefined ones as zeros.
std::vector<at::Tensor> gradients_of(const torch::nn::Module& network);

/// Compares each expected key prefix + NAME with the parameter or buffer NAME.
void compare_values(const Case& subject, Comparison& comparison, const std::string& prefix,
                    const torch::nn::Module& network);

}  // namespace ganvas::parity
