#pragma once
// Layers of StyleGAN2 (Karras et al. 2019): equalised convolutions that resample, and modulated ones.

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <functional>
#include <string>
#include <vector>

#include "models/layers/equal_linear.h"
#include "models/layers/noise_source.h"
#include "ops/bias_act/bias_act.h"
#include "ops/styled_conv.h"

namespace ganvas::models {

using Tap = std::function<void(const std::string& name, const at::Tensor& x)>;

struct ConvLayerOptions {
  int from = 1, to = 1;
  int kernel = 3;
  int up = 1, down = 1;
  bool bias = true;
  bool trainable = true;  ///< frozen layers keep their tensors as buffers
  ops::Activation activation = ops::Activation::linear;
  double clamp = 0;   ///< 0: none
  at::Tensor filter;  ///< [K, K]
};

/// weight [to, from, k, k], bias [to] unless off, resample_filter [K, K].
class ConvLayerImpl final : public torch::nn::Module {
 public:
  ConvLayerImpl(const ConvLayerOptions& options, at::Generator& random);
  /// [N, from, H, W] -> [N, to, H', W'], times `gain`.
  at::Tensor forward(const at::Tensor& x, double gain = 1);

 private:
  ConvLayerOptions options_;
  at::Tensor weight_, bias_, filter_;
};
TORCH_MODULE(ConvLayer);

struct SynthesisLayerOptions {
  int from = 1, to = 1, w_dim = 1;
  int height = 4, width = 4;  ///< of the result
  int up = 1;
  bool noise = true;
  ops::Activation activation = ops::Activation::lrelu;
  double clamp = 0;
  at::Tensor filter;
};

/// What one call of synthesize() hands from layer to layer.
struct SynthesisPass {
  NoiseSource& noise;
  const SynthesisOptions& options;
  std::string name;  ///< of the layer that runs, for tap and bend
  double gain = 1;
};

/// affine.{weight, bias}, weight [to, from, 3, 3], noise_strength [], bias [to], noise_const [H, W], resample_filter.
class SynthesisLayerImpl final : public torch::nn::Module {
 public:
  SynthesisLayerImpl(const SynthesisLayerOptions& options, at::Generator& random);
  /// x [N, from, H, W], w [N, w_dim]. Taps its style [N, from] as NAME.affine and its result as NAME.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& w, const SynthesisPass& pass);
  /// Draws the noise that forward() would, so that the layers after it get theirs. w [N, ...]
  void pass_noise(const at::Tensor& w, const SynthesisPass& pass) { noise(w, pass); }

 private:
  /// Before its strength; undefined: none.
  at::Tensor noise(const at::Tensor& w, const SynthesisPass& pass);

  SynthesisLayerOptions options_;
  EqualLinear affine_{nullptr};
  at::Tensor weight_, noise_strength_, bias_, noise_const_, filter_;
  ops::StyledConv conv_;
};
TORCH_MODULE(SynthesisLayer);

/// A 1x1 modulated convolution to the picture's channels: affine.{weight, bias}, weight [to, from, 1, 1], bias [to].
class ToRgbImpl final : public torch::nn::Module {
 public:
  ToRgbImpl(const SynthesisLayerOptions& options, at::Generator& random);
  /// As SynthesisLayer; the style is tapped before its scaling by 1 / sqrt(from).
  at::Tensor forward(const at::Tensor& x, const at::Tensor& w, const SynthesisPass& pass);

 private:
  SynthesisLayerOptions options_;
  EqualLinear affine_{nullptr};
  at::Tensor weight_, bias_;
};
TORCH_MODULE(ToRgb);

struct MappingOptions {
  int z_dim = 0, c_dim = 0, w_dim = 1;  ///< z_dim 0: labels only
  int layers = 8, channels = 1;
  int embed = 1;        ///< width of the label's embedding
  bool concat = false;  ///< normalise z and the embedding together, and embed without scaling and bias (2019)
  double lr = 0.01;
  ops::Activation activation = ops::Activation::lrelu;
};

/// From latents and labels to styles: embed.{weight, bias} where there are labels, fc0.{weight, bias}, fc1, ...
class MappingImpl final : public torch::nn::Module {
 public:
  MappingImpl(const MappingOptions& options, at::Generator& random);
  /// z [N, z_dim] (undefined when z_dim is 0), c [N, c_dim] -> w [N, w_dim]. Throws Error for other shapes.
  at::Tensor forward(const at::Tensor& z, const at::Tensor& c);

 private:
  at::Tensor embedded(const at::Tensor& c);

  MappingOptions options_;
  EqualLinear embed_{nullptr};
  at::Tensor concat_;  // [embed, c_dim]
  std::vector<EqualLinear> layers_;
};
TORCH_MODULE(Mapping);

}  // namespace ganvas::models
