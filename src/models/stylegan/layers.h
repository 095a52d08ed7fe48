#pragma once
// Layers of StyleGAN (Karras et al. 2018): equalised learning rate, resampling convolutions, noise and styles.

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <vector>

#include "models/layers/equal_linear.h"
#include "models/layers/noise_source.h"

namespace ganvas::models {

/// Gain of the weights before a leaky ReLU, which has none of its own.
constexpr double lrelu_gain = 1.4142135623730951;

enum class ConvResample { none, up, down };

struct EqualConvOptions {
  int from = 1, to = 1;
  int kernel = 3;
  double gain = lrelu_gain;
  ConvResample resample = ConvResample::none;
  bool fused = false;  ///< one convolution of stride 2 instead of two steps; upsampling, its kernel acts mirrored
};

/// The kernel of a convolution, registered in the layer as weight [out, in, k, k]. Zero padding keeps the size,
/// resampling doubles or halves it.
class EqualKernel {
 public:
  EqualKernel(torch::nn::Module& layer, const EqualConvOptions& options, at::Generator& random);
  at::Tensor operator()(const at::Tensor& x);

 private:
  EqualConvOptions options_;
  at::Tensor weight_;
};

/// A convolution with its bias: weight [out, in, k, k], bias [out].
class EqualConvImpl final : public torch::nn::Module {
 public:
  EqualConvImpl(const EqualConvOptions& options, at::Generator& random);
  at::Tensor forward(const at::Tensor& x);

 private:
  EqualKernel kernel_;
  at::Tensor bias_;
};
TORCH_MODULE(EqualConv);

/// [N, C, H, W] filtered with the outer product of `taps`, which sum to one; zeros beyond the border.
class Blur {
 public:
  explicit Blur(const std::vector<int>& taps);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  int taps_;
  at::Tensor filter_;  // made once: a trace would not see its values
};

/// Adds to x [N, C, H, W], which holds pictures in groups of `group` (as many as there are when fewer), the standard
/// deviation over each group as `features` more channels. Throws Error when the groups do not divide N.
at::Tensor with_group_deviation(const at::Tensor& x, int group, int features);

/// What the epilogues of a generator have in common.
struct EpilogueOptions {
  int w_dim = 1;
  double slope = 0.2;         ///< of the activation below zero
  bool pixel_norm = false;    ///< each pixel to unit mean square over its channels
  bool instance_norm = true;  ///< each channel to mean 0 and variance 1
};

/// What follows each layer of the generator: noise, bias, activation, norms, style. Registers its tensors
/// in the layer: bias [C], Noise.weight [C], StyleMod.weight [2C, w_dim], StyleMod.bias [2C].
class StyleEpilogue {
 public:
  StyleEpilogue(torch::nn::Module& layer, int channels, const EpilogueOptions& options, at::Generator& random);
  /// x [N, C, H, W], w [N, w_dim], constant noise [1, 1, H, W].
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& w, const at::Tensor& constant, NoiseSource& noise);

 private:
  EpilogueOptions options_;
  at::Tensor bias_, noise_weight_;
  EqualLinear style_{nullptr};
};

/// The learned 4x4 start. Its tensor: const [1, C, 4, 4].
class ConstLayerImpl final : public torch::nn::Module {
 public:
  ConstLayerImpl(int channels, const EpilogueOptions& options, at::Generator& random);
  at::Tensor forward(const at::Tensor& w, const at::Tensor& constant, NoiseSource& noise);

 private:
  at::Tensor const_;
  StyleEpilogue epilogue_;
};
TORCH_MODULE(ConstLayer);

/// A convolution, blurred where it upsamples, and the epilogue.
class StyledConvImpl final : public torch::nn::Module {
 public:
  StyledConvImpl(const EqualConvOptions& options, const EpilogueOptions& epilogue, const std::vector<int>& blur_taps,
                 at::Generator& random);
  at::Tensor forward(const at::Tensor& x, const at::Tensor& w, const at::Tensor& constant, NoiseSource& noise);

 private:
  EqualKernel kernel_;
  Blur blur_;  // none where nothing is resampled
  StyleEpilogue epilogue_;
};
TORCH_MODULE(StyledConv);

}  // namespace ganvas::models
