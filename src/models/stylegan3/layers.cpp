#include "models/stylegan3/layers.h"

#include <torch/nn/module.h>

#include <cmath>
#include <numbers>

#include "models/fresh.h"
#include "ops/filtered_lrelu.h"

namespace ganvas::models {
namespace {

at::Tensor tensor_of(const FilterPlan& plan) {
  const at::Tensor flat = at::tensor(design_filter(plan), at::kDouble).to(at::kFloat);
  return plan.radial ? flat.view({plan.taps, plan.taps}) : flat;
}

/// Matrices that undo the style's rotation and shift: t [N, 4] = cosine, sine, x, y -> [N, 3, 3].
at::Tensor style_transform(const at::Tensor& t) {
  const std::vector<at::Tensor> v = t.unbind(1);
  const at::Tensor zero = at::zeros_like(v[0]), one = at::ones_like(v[0]);
  const at::Tensor rotation = at::stack({v[0], -v[1], zero, v[1], v[0], zero, zero, zero, one}, 1);
  const at::Tensor shift = at::stack({one, zero, -v[2], zero, one, -v[3], zero, zero, one}, 1);
  return rotation.view({-1, 3, 3}).matmul(shift.view({-1, 3, 3}));
}

struct Modulation {
  bool demodulate = true;
  at::Tensor input_gain;  // scalar
};

/// Convolution whose weight [out, in, k, k] is scaled by each picture's style [N, in] (appendix C.1): brought to unit
/// size before and, demodulated, after the scaling.
at::Tensor modulated_convolution(const at::Tensor& x, at::Tensor weight, at::Tensor style, const Modulation& how) {
  if (how.demodulate) {
    weight = weight * weight.square().mean({1, 2, 3}, true).rsqrt();
    style = style * style.square().mean().rsqrt();
  }
  at::Tensor scaled = weight.unsqueeze(0) * style.view({style.size(0), 1, -1, 1, 1});  // [N, out, in, k, k]
  if (how.demodulate) scaled = scaled * (scaled.square().sum({2, 3, 4}, true) + 1e-8).rsqrt();
  scaled = scaled * how.input_gain;
  const std::int64_t count = x.size(0), kernel = weight.size(3);
  const at::Tensor planes = x.reshape({1, count * x.size(1), x.size(2), x.size(3)});
  const at::Tensor y =
      at::conv2d(planes, scaled.to(x.scalar_type()).reshape({count * weight.size(0), x.size(1), kernel, kernel}), {},
                 at::IntArrayRef{1}, at::IntArrayRef{kernel - 1}, at::IntArrayRef{1}, count);
  return y.view({count, weight.size(0), y.size(2), y.size(3)});
}

}  // namespace

FourierInputImpl::FourierInputImpl(const Stylegan3Plan& plan, int channels, int w_dim, at::Generator& random)
    : size_(plan.input_size), rate_(plan.input_rate), bandwidth_(plan.bandwidth) {
  weight_ = register_parameter("weight", fresh_normal({channels, channels}, random));
  affine_ = register_module("affine", EqualLinear(w_dim, 4, Equalised{}, random));
  const at::NoGradGuard no_grad;
  affine_->named_parameters()["weight"].zero_();
  affine_->fill_bias({1.0f, 0.0f, 0.0f, 0.0f});
  transform_ = register_buffer("transform", at::eye(3));
  // Frequencies uniform over a disc of the bandwidth's radius, softened at its rim.
  at::Tensor freqs = fresh_normal({channels, 2}, random);
  const at::Tensor radius = freqs.square().sum(1, true).sqrt();
  freqs = freqs / (radius * radius.square().exp().pow(0.25)) * bandwidth_;
  freqs_ = register_buffer("freqs", freqs);
  phases_ = register_buffer("phases", fresh_uniform({channels}, random, -0.5, 0.5));
}

at::Tensor FourierInputImpl::forward(const at::Tensor& w, const at::Tensor& moved) {
  at::Tensor t = affine_->forward(w);
  t = t / t.narrow(1, 0, 2).norm(2, {1}, true);
  const at::Tensor undo = moved.defined() ? at::linalg_inv(moved.to(w.device(), at::kFloat)) : transform_;
  const at::Tensor transform = style_transform(t).matmul(undo);  // [N, 3, 3]

  const at::Tensor phases = phases_ + freqs_.matmul(transform.slice(1, 0, 2).slice(2, 2)).squeeze(2);  // [N, C]
  const at::Tensor freqs = freqs_.matmul(transform.slice(1, 0, 2).slice(2, 0, 2));                     // [N, C, 2]
  // Frequencies that the transform moves beyond the band fade out.
  const at::Tensor beyond = (freqs.norm(2, {2}) - bandwidth_) / (rate_ / 2 - bandwidth_);
  const at::Tensor amplitude = (1 - beyond).clamp(0, 1);  // [N, C]

  // Centres of the pixels, in picture widths from the middle.
  const double half_width = 0.5 * size_ / rate_;
  const at::Tensor axis = ((at::arange(size_, w.options()) * 2 + 1) / size_ - 1) * half_width;
  const at::Tensor y = axis.view({1, -1, 1, 1}), x = axis.view({1, 1, -1, 1});
  const std::vector<at::Tensor> f = freqs.view({freqs.size(0), 1, 1, freqs.size(1), 2}).unbind(4);
  const at::Tensor angle = x * f[0] + y * f[1] + phases.unsqueeze(1).unsqueeze(2);  // [N, H, W, C], turns
  const at::Tensor waves = (angle * (2 * std::numbers::pi)).sin() * amplitude.unsqueeze(1).unsqueeze(2);
  const at::Tensor mixed = waves.matmul((weight_ / std::sqrt(static_cast<double>(weight_.size(1)))).t());
  return mixed.permute({0, 3, 1, 2}).contiguous();
}

AliasFreeLayerImpl::AliasFreeLayerImpl(const LayerPlan& plan, const Stylegan3Settings& settings, int w_dim,
                                       at::Generator& random)
    : plan_(plan), clamp_(settings.clamp), magnitude_beta_(settings.magnitude_beta) {
  weight_ = register_parameter("weight",
                               fresh_normal({plan.out_channels, plan.in_channels, plan.kernel, plan.kernel}, random));
  bias_ = register_parameter("bias", at::zeros({plan.out_channels}));
  affine_ = register_module("affine", EqualLinear(w_dim, plan.in_channels, Equalised{}, random));
  affine_->fill_bias({1.0f});
  magnitude_ = register_buffer("magnitude_ema", at::ones({}));
  if (plan.up_filter.taps > 1) up_filter_ = register_buffer("up_filter", tensor_of(plan.up_filter));
  if (plan.down_filter.taps > 1) down_filter_ = register_buffer("down_filter", tensor_of(plan.down_filter));
}

at::Tensor AliasFreeLayerImpl::forward(const at::Tensor& x, const at::Tensor& w, const LayerPass& pass) {
  if (pass.update_average) {
    const at::NoGradGuard no_grad;
    at::Tensor power = x.detach().to(at::kFloat).square().mean();
    if (shares_batch()) {
      share_.all_reduce(power);
      power = power / share_.parts;
    }
    magnitude_.copy_(at::lerp(power, magnitude_, magnitude_beta_));
  }
  at::Tensor style = affine_->forward(w);
  if (plan_.to_rgb) {
    const double fan_in = static_cast<double>(plan_.in_channels) * plan_.kernel * plan_.kernel;
    style = style * (1 / std::sqrt(fan_in));
  }
  const at::Tensor y = modulated_convolution(x.to(pass.half ? at::kHalf : at::kFloat), weight_, style,
                                             {.demodulate = !plan_.to_rgb, .input_gain = magnitude_.rsqrt()});
  ops::FilteredLreluOptions options{.up = plan_.up, .down = plan_.down, .padding = plan_.padding};
  if (clamp_ >= 0) options.clamp = clamp_;
  if (plan_.to_rgb) options.gain = options.slope = 1;
  return ops::filtered_lrelu(y, up_filter_, down_filter_, bias_.to(y.scalar_type()), options);
}

}  // namespace ganvas::models
