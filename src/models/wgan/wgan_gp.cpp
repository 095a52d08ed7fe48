#include "models/wgan/wgan_gp.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include <cmath>

#include "core/error.h"
#include "models/layers/resample.h"
#include "models/plain_latent.h"
#include "models/wgan/settings.h"

namespace ganvas::models {
namespace {

namespace nn = torch::nn;

NetworkSpec checked(NetworkSpec spec) {
  const WganGpSettings settings = wgan_gp_settings(spec);
  require(spec.resolution >= 8 && spec.resolution <= 1024 && (spec.resolution & (spec.resolution - 1)) == 0,
          "A WGAN-GP has a resolution of 8, 16, 32, ... pixels, not {}.", spec.resolution);
  require(spec.image_channels == 1 || spec.image_channels == 3, "A WGAN-GP makes pictures of 1 or 3 channels, not {}.",
          spec.image_channels);
  require(spec.z_dim >= 1, "A WGAN-GP needs a latent of at least one value.");
  require(spec.c_dim == 0, "A WGAN-GP is unconditional; \"c_dim\" must be 0.");
  spec.extra = to_json(settings);
  spec.w_dim = spec.z_dim;
  spec.num_ws = 1;
  return spec;
}

/// Halvings from the picture down to 4x4.
int halvings(const NetworkSpec& spec) {
  return static_cast<int>(std::log2(spec.resolution)) - 2;
}

/// Channels after `halving` of the residual networks' halvings: they double, but the last one keeps its width.
int resnet_channels(const NetworkSpec& spec, int halving) {
  return wgan_gp_settings(spec).channels << std::min(halving, halvings(spec) - 1);
}

/// Uniform with the standard deviation of He (3x3 and larger) or Glorot (1x1 and linear) over the fans that a stride
/// leaves; biases 0. Norms keep gain 1, offset 0.
class Initialiser {
 public:
  explicit Initialiser(at::Generator random) : random_(std::move(random)) {}

  void operator()(nn::Linear& layer) {
    glorot(layer->weight, layer->bias, layer->weight.size(1), layer->weight.size(0));
  }
  void operator()(nn::Conv2d& layer, bool he = true) {
    const auto [fan_in, fan_out] = fans(layer->weight);
    const double area = static_cast<double>(layer->options.stride()->at(0) * layer->options.stride()->at(1));
    he ? uniform(layer->weight, layer->bias, std::sqrt(4.0 / (fan_in + fan_out / area)))
       : glorot(layer->weight, layer->bias, fan_in, fan_out / area);
  }
  void operator()(nn::ConvTranspose2d& layer) {
    const auto [fan_out, fan_in] = fans(layer->weight);
    const double area = static_cast<double>(layer->options.stride()->at(0) * layer->options.stride()->at(1));
    uniform(layer->weight, layer->bias, std::sqrt(4.0 / (fan_in / area + fan_out)));
  }

 private:
  static std::pair<double, double> fans(const at::Tensor& weight) {
    const double taps = static_cast<double>(weight.size(2) * weight.size(3));
    return {static_cast<double>(weight.size(1)) * taps, static_cast<double>(weight.size(0)) * taps};
  }
  void glorot(at::Tensor& weight, at::Tensor& bias, double fan_in, double fan_out) {
    uniform(weight, bias, std::sqrt(2.0 / (fan_in + fan_out)));
  }
  void uniform(at::Tensor& weight, at::Tensor& bias, double deviation) {
    if (!random_.defined()) return;
    const at::NoGradGuard no_grad;
    weight.uniform_(-deviation * std::sqrt(3.0), deviation * std::sqrt(3.0), random_);
    if (bias.defined()) bias.zero_();
  }

  at::Generator random_;
};

at::Tensor grid_of(const at::Tensor& w, nn::Linear& linear) {
  const at::Tensor x = linear->forward(w.flatten(1));
  return x.view({x.size(0), x.size(1) / 16, 4, 4});
}

nn::Conv2d same_convolution(int from, int to, int side, bool bias) {
  return nn::Conv2d(nn::Conv2dOptions(from, to, side).padding(side / 2).bias(bias));
}

void initialise_block(ResidualBlockImpl& block, Initialiser& initialise) {
  for (const auto& item : block.named_children()) {
    auto conv = std::dynamic_pointer_cast<nn::Conv2dImpl>(item.value());
    if (conv == nullptr) continue;
    nn::Conv2d holder(conv);
    initialise(holder, item.key() != "shortcut");
  }
}

}  // namespace

WganGpConvGenerator::WganGpConvGenerator(NetworkSpec spec, at::Generator random) : Generator(checked(std::move(spec))) {
  Initialiser initialise(std::move(random));
  const int layers = halvings(spec_);
  int channels = wgan_gp_settings(spec_).channels << (layers - 1);
  linear_ = register_module("linear", nn::Linear(spec_.z_dim, channels * 16));
  norm_ = register_module("norm0", BatchNorm1d(channels * 16));
  initialise(linear_);
  for (int i = 1; i <= layers; ++i, channels /= 2) {
    const int to = i == layers ? spec_.image_channels : channels / 2;
    const auto options = nn::ConvTranspose2dOptions(channels, to, 5).stride(2).padding(2).output_padding(1);
    deconvs_.push_back(register_module(fmt::format("deconv{}", i), nn::ConvTranspose2d(options)));
    initialise(deconvs_.back());
    if (i < layers) norms_.push_back(register_module(fmt::format("norm{}", i), BatchNorm2d(to)));
  }
}

at::Tensor WganGpConvGenerator::map(const at::Tensor& z, const at::Tensor&, const MapOptions& options) {
  return plain_latent(spec_, z, options);
}

at::Tensor WganGpConvGenerator::synthesize(const at::Tensor& w, const SynthesisOptions& options) {
  at::Tensor x = norm_->forward(linear_->forward(w.flatten(1))).relu();
  x = options.bent("norm0", x.view({x.size(0), x.size(1) / 16, 4, 4}));
  for (std::size_t i = 0; i < norms_.size(); ++i)
    x = options.bent(fmt::format("norm{}", i + 1), norms_[i]->forward(deconvs_[i]->forward(x)).relu());
  return deconvs_.back()->forward(x).tanh();
}

WganGpConvCritic::WganGpConvCritic(NetworkSpec spec, at::Generator random) : Discriminator(checked(std::move(spec))) {
  Initialiser initialise(std::move(random));
  int from = spec_.image_channels;
  int to = wgan_gp_settings(spec_).channels;
  for (int i = 1; i <= halvings(spec_); ++i, from = to, to *= 2) {
    const auto options = nn::Conv2dOptions(from, to, 5).stride(2).padding(2);
    convs_.push_back(register_module(fmt::format("conv{}", i), nn::Conv2d(options)));
    initialise(convs_.back());
  }
  linear_ = register_module("linear", nn::Linear(from * 16, 1));
  initialise(linear_);
}

at::Tensor WganGpConvCritic::forward(const at::Tensor& pictures, const at::Tensor&) {
  at::Tensor x = pictures;
  for (auto& conv : convs_) x = at::leaky_relu(conv->forward(x), 0.2);
  return linear_->forward(x.flatten(1));
}

PictureNormImpl::PictureNormImpl(int channels)
    : weight_(register_parameter("weight", at::ones({channels}))),
      bias_(register_parameter("bias", at::zeros({channels}))) {}

at::Tensor PictureNormImpl::forward(const at::Tensor& x) {
  const at::Tensor centred = x - x.mean({1, 2, 3}, true);
  const at::Tensor normed = centred * (centred.square().mean({1, 2, 3}, true) + 1e-5).rsqrt();
  return normed * weight_.view({-1, 1, 1}) + bias_.view({-1, 1, 1});
}

ResidualBlockImpl::ResidualBlockImpl(int from, int to, Resample resample) : resample_(resample) {
  const bool up = resample == Resample::up;
  const int between = up ? to : from;
  shortcut_ = register_module("shortcut", same_convolution(from, to, 1, true));
  const auto norm = [&](const char* name, int channels) {
    return up ? nn::AnyModule(register_module(name, BatchNorm2d(channels)))
              : nn::AnyModule(register_module(name, PictureNorm(channels)));
  };
  norm1_ = norm("norm1", from);
  conv1_ = register_module("conv1", same_convolution(from, between, 3, false));
  norm2_ = norm("norm2", between);
  conv2_ = register_module("conv2", same_convolution(between, to, 3, true));
}

at::Tensor ResidualBlockImpl::forward(const at::Tensor& x) {
  const bool up = resample_ == Resample::up;
  const at::Tensor shortcut = shortcut_->forward(up ? twice(x) : half(x));
  at::Tensor y = norm1_.forward(x).relu();
  y = conv1_->forward(up ? twice(y) : y);
  y = conv2_->forward(norm2_.forward(y).relu());
  return shortcut + (up ? y : half(y));
}

WganGpResnetGenerator::WganGpResnetGenerator(NetworkSpec spec, at::Generator random)
    : Generator(checked(std::move(spec))) {
  Initialiser initialise(std::move(random));
  const int count = halvings(spec_);
  linear_ = register_module("linear", nn::Linear(spec_.z_dim, resnet_channels(spec_, count) * 16));
  initialise(linear_);
  for (int i = 1; i <= count; ++i) {
    const int from = resnet_channels(spec_, count - i + 1), to = resnet_channels(spec_, count - i);
    blocks_.push_back(register_module(fmt::format("block{}", i), ResidualBlock(from, to, Resample::up)));
    initialise_block(*blocks_.back(), initialise);
  }
  norm_ = register_module("norm", BatchNorm2d(resnet_channels(spec_, 0)));
  output_ = register_module("output", same_convolution(resnet_channels(spec_, 0), spec_.image_channels, 3, true));
  initialise(output_, false);
}

at::Tensor WganGpResnetGenerator::map(const at::Tensor& z, const at::Tensor&, const MapOptions& options) {
  return plain_latent(spec_, z, options);
}

at::Tensor WganGpResnetGenerator::synthesize(const at::Tensor& w, const SynthesisOptions& options) {
  at::Tensor x = options.bent("linear", grid_of(w, linear_));
  for (std::size_t i = 0; i < blocks_.size(); ++i)
    x = options.bent(fmt::format("block{}", i + 1), blocks_[i]->forward(x));
  return output_->forward(norm_->forward(x).relu()).tanh();
}

WganGpResnetCritic::WganGpResnetCritic(NetworkSpec spec, at::Generator random)
    : Discriminator(checked(std::move(spec))) {
  Initialiser initialise(std::move(random));
  const int count = halvings(spec_);
  input_ = register_module("input", same_convolution(spec_.image_channels, resnet_channels(spec_, 0), 3, true));
  initialise(input_, false);
  for (int i = 1; i <= count; ++i) {
    const int from = resnet_channels(spec_, i - 1), to = resnet_channels(spec_, i);
    blocks_.push_back(register_module(fmt::format("block{}", i), ResidualBlock(from, to, Resample::down)));
    initialise_block(*blocks_.back(), initialise);
  }
  linear_ = register_module("linear", nn::Linear(resnet_channels(spec_, count) * 16, 1));
  initialise(linear_);
}

at::Tensor WganGpResnetCritic::forward(const at::Tensor& pictures, const at::Tensor&) {
  at::Tensor x = input_->forward(pictures);
  for (auto& block : blocks_) x = block->forward(x);
  return linear_->forward(x.flatten(1));
}

}  // namespace ganvas::models
