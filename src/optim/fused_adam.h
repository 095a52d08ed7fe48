#pragma once
// Adam as one operator over all parameters.

#include <ATen/ATen.h>
#include <torch/optim/adam.h>

namespace ganvas::optim {

/// LibTorch's Adam (Kingma & Ba 2015), with the same options and states. Its step is a loop of eight operators a
/// parameter, which for networks of many small tensors is a good part of a training step; here they are one call of the
/// fused operator. Without AMSGrad, weight decay, closures and sparse gradients, which no recipe has.
class FusedAdam final : public torch::optim::Adam {
 public:
  using torch::optim::Adam::Adam;

  /// Moves every parameter that has a gradient. `closure` must be empty.
  at::Tensor step(LossClosure closure = nullptr) override;
};

}  // namespace ganvas::optim
