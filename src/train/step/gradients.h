#pragma once
// The gradients of a network as one thing: their norm, and their sum over processes.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <functional>
#include <vector>

namespace ganvas::train {

/// L2 norm over the gradients of all parameters that have one. -> scalar.
at::Tensor gradient_norm(const torch::nn::Module& network);

/// Sums the gradients of the network and the figures (scalars) over the ranks: all travel in one buffer. A parameter
/// then has a gradient where it had one on any rank.
void sum_over_ranks(const torch::nn::Module& network, const std::vector<at::Tensor*>& figures,
                    const std::function<void(at::Tensor&)>& all_reduce);

}  // namespace ganvas::train
