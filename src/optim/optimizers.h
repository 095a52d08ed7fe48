#pragma once
// LibTorch's optimisers made from a recipe, and their states as named tensors.

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include <memory>
#include <string>

#include "io/weight_set.h"
#include "optim/optimizer_spec.h"

namespace ganvas::optim {

/// Adam (Kingma & Ba 2015), SGD or RMSprop over all parameters of `network`. A network that is regularised in a step of
/// its own every `interval` > 1 steps takes (interval + 1) / interval steps for one: Adam's rate and betas are
/// corrected for it (Karras et al. 2019, appendix B). What is registered as "mapping" has the rate lr * mapping_rate.
std::unique_ptr<torch::optim::Optimizer> make_optimizer(const OptimizerSpec& spec, const torch::nn::Module& network,
                                                        int interval = 1);

/// Gives an optimiser that make_optimizer() made the rate and betas of `spec`, corrected in the same way; what it has
/// gathered stays. Throws Error when the spec is of another kind.
void set_rates(torch::optim::Optimizer& optimizer, const OptimizerSpec& spec, int interval = 1);

/// A step, after which the weights know that they were written to (Tensor::_version()); not all optimisers say so, and
/// what is kept of weights goes by it.
void take_step(torch::optim::Optimizer& optimizer);

/// Appends the state of each parameter of `network` as "<prefix><parameter>.<what>": step counts (int64 scalars) and
/// moment tensors, on the CPU. A parameter that was never stepped has no state.
void append_state(const torch::optim::Optimizer& optimizer, const torch::nn::Module& network, const std::string& prefix,
                  io::WeightSet& out);

/// Puts back what append_state wrote; afterwards the optimiser goes on exactly as the saved one would. Throws Error
/// when a tensor is missing or has another shape.
void restore_state(torch::optim::Optimizer& optimizer, const torch::nn::Module& network, const std::string& prefix,
                   const io::WeightSet& from);

/// How many tensors of a parameter's size the optimiser keeps beside it: adam 2, rmsprop 1, sgd 1 with momentum or 0.
int state_tensors(const OptimizerSpec& spec);

}  // namespace ganvas::optim
