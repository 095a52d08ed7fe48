#include "models/stylegan2/layers.h"

#include <torch/nn/module.h>

#include <cmath>

#include "core/error.h"
#include "models/fresh.h"
#include "models/layers/style_space.h"
#include "ops/conv/conv2d.h"
#include "ops/conv/few_channels.h"
#include "ops/conv2d_resample.h"

namespace ganvas::models {
namespace {

ops::BiasActOptions act_of(ops::Activation activation, double clamp) {
  ops::BiasActOptions options;
  options.activation = activation;
  options.gain = ops::activation_gain(activation);
  if (clamp > 0) options.clamp = clamp;
  return options;
}

ops::BiasActOptions scaled(ops::BiasActOptions options, double gain) {
  *options.gain *= gain;
  if (options.clamp) *options.clamp *= gain;
  return options;
}

void show(const SynthesisPass& pass, const char* suffix, const at::Tensor& x) {
  if (pass.options.tap) pass.options.tap(pass.name + suffix, x);
}

}  // namespace

ConvLayerImpl::ConvLayerImpl(const ConvLayerOptions& options, at::Generator& random) : options_(options) {
  const auto keep = [&](const char* name, const at::Tensor& tensor) {
    return options.trainable ? register_parameter(name, tensor) : register_buffer(name, tensor);
  };
  weight_ = keep("weight", fresh_normal({options.to, options.from, options.kernel, options.kernel}, random));
  if (options.bias) bias_ = keep("bias", at::zeros({options.to}));
  filter_ = register_buffer("resample_filter", options.filter.clone());
}

at::Tensor ConvLayerImpl::forward(const at::Tensor& x, double gain) {
  const int padding = options_.kernel / 2;
  const double fan_in = static_cast<double>(options_.from) * options_.kernel * options_.kernel;
  const at::Tensor weight = (weight_ * (1 / std::sqrt(fan_in))).to(x.scalar_type());
  const ops::ResampleConvOptions conv{.up = options_.up,
                                      .down = options_.down,
                                      .padding = {padding, padding, padding, padding},
                                      .flip_weight = options_.up == 1};
  const at::Tensor from = ops::in_fast_layout(x);
  if (!options_.bias && options_.activation == ops::Activation::linear && gain == 1)
    return ops::conv2d_resample(from, weight, filter_, conv);
  const at::Tensor bias = bias_.defined() ? bias_.to(x.scalar_type()) : bias_;
  return ops::conv2d_resample_act(from, weight, bias, filter_, conv,
                                  scaled(act_of(options_.activation, options_.clamp), gain));
}

SynthesisLayerImpl::SynthesisLayerImpl(const SynthesisLayerOptions& options, at::Generator& random)
    : options_(options) {
  affine_ = register_module("affine", EqualLinear(options.w_dim, options.from, Equalised{}, random));
  affine_->fill_bias(1.0F);
  weight_ = register_parameter("weight", fresh_normal({options.to, options.from, 3, 3}, random));
  if (options.noise) {
    noise_const_ = register_buffer("noise_const", fresh_normal({options.height, options.width}, random));
    noise_strength_ = register_parameter("noise_strength", at::zeros({}));
  }
  bias_ = register_parameter("bias", at::zeros({options.to}));
  filter_ = register_buffer("resample_filter", options.filter.clone());
}

at::Tensor SynthesisLayerImpl::noise(const at::Tensor& w, const SynthesisPass& pass) {
  if (!options_.noise) return {};
  return pass.noise.next(noise_const_, {w.size(0), 1, options_.height, options_.width}, w);
}

at::Tensor SynthesisLayerImpl::forward(const at::Tensor& x, const at::Tensor& w, const SynthesisPass& pass) {
  const at::Tensor styles = affine_->forward(w);
  show(pass, ".affine", styles);
  at::Tensor plane = noise(w, pass);
  if (plane.defined()) plane = plane * noise_strength_;
  const ops::BiasActOptions act = scaled(act_of(options_.activation, options_.clamp), pass.gain);
  const ops::StyledConvOptions whole{.up = options_.up, .act = act, .filter = filter_};
  at::Tensor y;
  if (ops::StyledConv::takes(x, weight_, whole)) {
    y = conv_.run(x, weight_, styles, plane, bias_, whole);
  } else {
    // Upsampling layers keep their kernels mirrored: a transposed convolution takes them as they are.
    y = ops::modulated_conv2d(x, weight_, styles, filter_,
                              {.up = options_.up, .padding = 1, .flip_weight = options_.up == 1});
    if (plane.defined()) y.add_(plane.to(y.scalar_type()));
    y = ops::bias_act(y, bias_.to(y.scalar_type()), act);
  }
  show(pass, "", y);
  return pass.options.bent(pass.name, y);
}

ToRgbImpl::ToRgbImpl(const SynthesisLayerOptions& options, at::Generator& random) : options_(options) {
  affine_ = register_module("affine", EqualLinear(options.w_dim, options.from, Equalised{}, random));
  affine_->fill_bias(1.0F);
  weight_ = register_parameter("weight", fresh_normal({options.to, options.from, 1, 1}, random));
  bias_ = register_parameter("bias", at::zeros({options.to}));
}

at::Tensor ToRgbImpl::forward(const at::Tensor& x, const at::Tensor& w, const SynthesisPass& pass) {
  const at::Tensor styles = affine_->forward(w);
  show(pass, ".affine", styles);
  const double gain = 1 / std::sqrt(static_cast<double>(options_.from));
  const at::Tensor y = ops::to_planes_takes(x, options_.to)
                           ? ops::to_planes(x, weight_.flatten(1) * (styles * gain).unsqueeze(1))
                           : ops::modulated_conv2d(x, weight_, styles * gain, {}, {.demodulate = false});
  const at::Tensor rgb = ops::bias_act(y, bias_.to(y.scalar_type()), act_of(ops::Activation::linear, options_.clamp));
  show(pass, "", rgb);
  return pass.options.bent(pass.name, rgb);
}

MappingImpl::MappingImpl(const MappingOptions& options, at::Generator& random) : options_(options) {
  const bool labels = options.c_dim > 0;
  if (labels && options.concat) {
    const auto embed = register_module("embed", std::make_shared<torch::nn::Module>());
    concat_ = embed->register_parameter("weight", fresh_normal({options.embed, options.c_dim}, random));
  } else if (labels) {
    embed_ = register_module("embed", EqualLinear(options.c_dim, options.embed, Equalised{}, random));
  }
  int from = options.z_dim + (labels ? options.embed : 0);
  for (int i = 0; i < options.layers; ++i) {
    const int to = i + 1 == options.layers ? options.w_dim : options.channels;
    layers_.push_back(
        register_module(fmt::format("fc{}", i), EqualLinear(from, to, Equalised{.lr = options.lr}, random)));
    from = to;
  }
}

at::Tensor MappingImpl::embedded(const at::Tensor& c) {
  require(c.defined() && c.dim() == 2 && c.size(1) == options_.c_dim, "The label must be [N, {}].", options_.c_dim);
  return options_.concat ? at::mm(c, concat_.t()) : unit_rows(embed_->forward(c));
}

at::Tensor MappingImpl::forward(const at::Tensor& z, const at::Tensor& c) {
  at::Tensor x;
  if (options_.z_dim > 0) {
    require(z.defined() && z.dim() == 2 && z.size(1) == options_.z_dim, "The latent must be [N, {}].", options_.z_dim);
    x = options_.concat ? z : unit_rows(z);
  }
  if (options_.c_dim > 0) {
    // Not as one conditional expression: GCC 12 destroys the list of a branch that was not taken.
    const at::Tensor label = embedded(c);
    if (x.defined()) {
      x = at::cat({x, label}, 1);
    } else {
      x = label;
    }
  }
  if (options_.concat) x = unit_rows(x);
  for (auto& layer : layers_) x = ops::bias_act(layer->forward(x), {}, act_of(options_.activation, 0));
  return x;
}

}  // namespace ganvas::models
