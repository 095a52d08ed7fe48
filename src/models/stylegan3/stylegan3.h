#pragma once
// The generators of StyleGAN3, configurations T and R (Karras et al. 2021). Tensor names are those of the authors'
// PyTorch program: mapping.fc0.weight, synthesis.L3_52_512.affine.weight, synthesis.input.freqs.

#include <vector>

#include "models/generator.h"
#include "models/stylegan3/layers.h"

namespace ganvas::models {

/// Alias-free: Fourier features, then layers between low-pass filters, so details move with the picture. One style row
/// for the input and each layer. Buffers: mapping.w_avg [w_dim] and those of the layers.
class Stylegan3Generator final : public Generator {
 public:
  Stylegan3Generator(NetworkSpec spec, at::Generator random);
  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) override;
  at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions& options) override;

 private:
  double output_scale_;
  EqualLinear embed_{nullptr};  // labelled networks only
  std::vector<EqualLinear> dense_;
  at::Tensor w_avg_;
  FourierInput input_{nullptr};
  std::vector<AliasFreeLayer> layers_;
};

}  // namespace ganvas::models
