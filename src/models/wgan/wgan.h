#pragma once
// Wasserstein GAN (Arjovsky et al. 2017): DCGAN-shaped networks, or fully connected ones. Tensor names are those of the
// authors' program: main.<stage>:<channels>:<kind>.weight for convolutions, main.<position>.weight for linear layers.

#include "models/generator.h"

#include <torch/nn/modules/container/sequential.h>

namespace ganvas::models {

/// z -> 4x4, then one doubling a layer, with optional 3x3 layers before the last doubling. The fully connected form has
/// no tanh at its end. No W space: w is z, num_ws is 1.
class WganGenerator final : public Generator {
 public:
  WganGenerator(NetworkSpec spec, at::Generator random);
  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) override;
  at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions& options) override;

 private:
  bool mlp_;
  torch::nn::Sequential main_;
};

/// One score a picture; the loss takes the mean. No sigmoid.
class WganCritic final : public Discriminator {
 public:
  WganCritic(NetworkSpec spec, at::Generator random);
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& c) override;

 private:
  bool mlp_;
  torch::nn::Sequential main_;
};

}  // namespace ganvas::models
