#include "models/stylegan/layers.h"

#include <torch/nn/module.h>

#include <cmath>

#include "core/error.h"
#include "models/fresh.h"
#include "models/layers/resample.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::models {
namespace {

/// A 3x3 kernel spread over the 2x2 pixels of a resampling step: [out, in, 4, 4].
at::Tensor widened(const at::Tensor& weight) {
  return at::avg_pool2d(weight, 2, 1, 1) * 4;
}

}  // namespace

EqualKernel::EqualKernel(torch::nn::Module& layer, const EqualConvOptions& options, at::Generator& random)
    : options_(options),
      weight_(layer.register_parameter(
          "weight", fresh_normal({options.to, options.from, options.kernel, options.kernel}, random))) {}

at::Tensor EqualKernel::operator()(const at::Tensor& x) {
  const double fan_in = static_cast<double>(options_.from) * options_.kernel * options_.kernel;
  const at::Tensor weight = weight_ * (options_.gain / std::sqrt(fan_in));
  if (options_.fused && options_.resample == ConvResample::up)
    return at::conv_transpose2d(x, widened(weight).transpose(0, 1), {}, 2, 1);
  if (options_.fused && options_.resample == ConvResample::down) return at::conv2d(x, widened(weight) * 0.25, {}, 2, 1);
  const bool up = options_.resample == ConvResample::up;
  const at::Tensor y = at::conv2d(up ? twice(x) : x, weight, {}, 1, options_.kernel / 2);
  return options_.resample == ConvResample::down ? half(y) : y;
}

EqualConvImpl::EqualConvImpl(const EqualConvOptions& options, at::Generator& random)
    : kernel_(*this, options, random), bias_(register_parameter("bias", at::zeros({options.to}))) {}

at::Tensor EqualConvImpl::forward(const at::Tensor& x) {
  return kernel_(x) + bias_.view({-1, 1, 1});
}

Blur::Blur(const std::vector<int>& taps)
    : taps_(static_cast<int>(taps.size())),
      filter_(taps.empty() ? at::Tensor() : ops::make_filter(at::tensor(taps, at::kFloat), {.separable = true})) {}

at::Tensor Blur::operator()(const at::Tensor& x) const {
  if (taps_ == 0) return x;
  const int before = (taps_ - 1) / 2, after = taps_ - 1 - before;
  return ops::upfirdn2d(x, filter_.to(x.device()), {.padding = {before, after, before, after}, .flip_filter = true});
}

at::Tensor with_group_deviation(const at::Tensor& x, int group, int features) {
  const std::int64_t size = std::min<std::int64_t>(group, x.size(0));
  require(x.size(0) % size == 0, "A batch of {} cannot be split into groups of {} for the minibatch deviation.",
          x.size(0), size);
  // Picture n belongs to group n % (N / size).
  const at::Tensor groups = x.reshape({size, x.size(0) / size, features, x.size(1) / features, x.size(2), x.size(3)});
  const at::Tensor deviation = (groups.var(0, false) + 1e-8).sqrt().mean({2, 3, 4}, true);  // [N / size, f, 1, 1, 1]
  const at::Tensor channels = deviation.squeeze(2).repeat({size, 1, x.size(2), x.size(3)});
  return at::cat({x, channels}, 1);
}

StyleEpilogue::StyleEpilogue(torch::nn::Module& layer, int channels, const EpilogueOptions& options,
                             at::Generator& random)
    : options_(options), bias_(layer.register_parameter("bias", at::zeros({channels}))) {
  const auto noise = layer.register_module("Noise", std::make_shared<torch::nn::Module>());
  noise_weight_ = noise->register_parameter("weight", at::zeros({channels}));
  style_ = layer.register_module("StyleMod", EqualLinear(options.w_dim, 2 * channels, Equalised{}, random));
}

at::Tensor StyleEpilogue::operator()(const at::Tensor& x, const at::Tensor& w, const at::Tensor& constant,
                                     NoiseSource& noise) {
  at::Tensor y = x;
  if (const at::Tensor plane = noise.next(constant, {x.size(0), 1, x.size(2), x.size(3)}, x); plane.defined())
    y = y + plane * noise_weight_.view({-1, 1, 1});
  y = at::leaky_relu(y + bias_.view({-1, 1, 1}), options_.slope);
  if (options_.pixel_norm) y = y * (y.square().mean({1}, true) + 1e-8).rsqrt();
  if (options_.instance_norm) {
    y = y - y.mean({2, 3}, true);
    y = y * (y.square().mean({2, 3}, true) + 1e-8).rsqrt();
  }
  const std::vector<at::Tensor> style = style_->forward(w).view({w.size(0), 2, x.size(1), 1, 1}).unbind(1);
  return y * (style[0] + 1) + style[1];
}

ConstLayerImpl::ConstLayerImpl(int channels, const EpilogueOptions& options, at::Generator& random)
    : const_(register_parameter("const", at::ones({1, channels, 4, 4}))), epilogue_(*this, channels, options, random) {}

at::Tensor ConstLayerImpl::forward(const at::Tensor& w, const at::Tensor& constant, NoiseSource& noise) {
  return epilogue_(const_.expand({w.size(0), -1, -1, -1}), w, constant, noise);
}

StyledConvImpl::StyledConvImpl(const EqualConvOptions& options, const EpilogueOptions& epilogue,
                               const std::vector<int>& blur_taps, at::Generator& random)
    : kernel_(*this, options, random),
      blur_(options.resample == ConvResample::none ? std::vector<int>{} : blur_taps),
      epilogue_(*this, options.to, epilogue, random) {}

at::Tensor StyledConvImpl::forward(const at::Tensor& x, const at::Tensor& w, const at::Tensor& constant,
                                   NoiseSource& noise) {
  return epilogue_(blur_(kernel_(x)), w, constant, noise);
}

}  // namespace ganvas::models
