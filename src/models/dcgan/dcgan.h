#pragma once
// DCGAN (Radford et al. 2015) and its published variants: a chain of 4x4 transposed convolutions from a latent to a
// picture, and its mirror image. Tensor names are those of PyTorch's example program: main.<position>.weight.

#include "models/generator.h"

#include <torch/nn/modules/container/sequential.h>

namespace ganvas::models {

/// z -> 4x4 by a transposed convolution, then one doubling a layer; batch norm and activation after each but the last.
/// It has no W space: w is z, num_ws is 1, and truncation scales z towards 0.
class DcganGenerator final : public Generator {
 public:
  DcganGenerator(NetworkSpec spec, at::Generator random);
  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) override;
  at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions& options) override;

 private:
  torch::nn::Sequential main_;
  bool sigmoid_ = false;  ///< pixels of 0..1 inside
};

/// Halves the picture with each 4x4 convolution down to 4x4, then one logit.
class DcganDiscriminator final : public Discriminator {
 public:
  DcganDiscriminator(NetworkSpec spec, at::Generator random);
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& c) override;

 private:
  torch::nn::Sequential main_;
  bool sigmoid_ = false;  ///< pixels of 0..1 inside
};

}  // namespace ganvas::models
