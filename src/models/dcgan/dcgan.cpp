#include "models/dcgan/dcgan.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/batch_sharing.h"
#include "models/dcgan/settings.h"
#include "models/layers/run_layers.h"
#include "models/plain_latent.h"

namespace ganvas::models {
namespace {

namespace nn = torch::nn;

NetworkSpec checked(NetworkSpec spec) {
  const DcganSettings settings = dcgan_settings(spec);
  const auto layers = settings.channels.size();
  require(spec.resolution >= 32 && spec.resolution <= 128 && (spec.resolution & (spec.resolution - 1)) == 0,
          "A DCGAN has a resolution of 32, 64 or 128 pixels, not {}.", spec.resolution);
  require(layers >= 1 && layers <= 16 && spec.resolution == 4 << layers,
          "A DCGAN of {} pixels needs {} entries in \"channels\", not {}.", spec.resolution,
          static_cast<int>(std::log2(spec.resolution)) - 2, layers);
  require(settings.d_channels.empty() || settings.d_channels.size() == layers,
          "\"d_channels\" needs {} entries like \"channels\", not {}.", layers, settings.d_channels.size());
  require(spec.image_channels == 1 || spec.image_channels == 3, "A DCGAN makes pictures of 1 or 3 channels, not {}.",
          spec.image_channels);
  require(spec.z_dim >= 1, "A DCGAN needs a latent of at least one value.");
  require(spec.c_dim == 0, "A DCGAN is unconditional; \"c_dim\" must be 0.");
  spec.w_dim = spec.z_dim;
  spec.num_ws = 1;
  spec.extra = to_json(settings);
  return spec;
}

void push_activation(nn::Sequential& chain, bool leaky, double slope) {
  if (leaky) {
    chain->push_back(nn::LeakyReLU(nn::LeakyReLUOptions().negative_slope(slope).inplace(true)));
  } else {
    chain->push_back(nn::ReLU(nn::ReLUOptions().inplace(true)));
  }
}

/// LibTorch's own initialisation of convolutions is uniform within 1 / sqrt(fan in), drawn from the global stream;
/// here it comes from `random`. "normal002" is the paper's: N(0, 0.02), batch norm gains N(1, 0.02).
void initialise(nn::Sequential& chain, const std::string& how, at::Generator random) {
  if (!random.defined()) return;
  const at::NoGradGuard no_grad;
  const auto convolution = [&](at::Tensor weight, at::Tensor bias) {
    const double fan_in = static_cast<double>(weight.size(1) * weight.size(2) * weight.size(3));
    const double bound = 1.0 / std::sqrt(fan_in);
    how == "normal002" ? weight.normal_(0.0, 0.02, random) : weight.uniform_(-bound, bound, random);
    if (bias.defined()) how == "normal002" ? bias.zero_() : bias.uniform_(-bound, bound, random);
  };
  for (const auto& layer : chain->children()) {
    if (auto* up = layer->as<nn::ConvTranspose2d>()) convolution(up->weight, up->bias);
    if (auto* down = layer->as<nn::Conv2d>()) convolution(down->weight, down->bias);
    if (auto* norm = layer->as<nn::BatchNorm2d>(); norm != nullptr && how == "normal002") {
      norm->weight.normal_(1.0, 0.02, random);
    }
  }
}

}  // namespace

DcganGenerator::DcganGenerator(NetworkSpec spec, at::Generator random) : Generator(checked(std::move(spec))) {
  const DcganSettings dcgan = dcgan_settings(spec_);
  const bool leaky = dcgan.g_activation == "leaky_relu";
  std::int64_t from = spec_.z_dim;
  for (std::size_t i = 0; i <= dcgan.channels.size(); ++i) {
    const bool last = i == dcgan.channels.size();
    const std::int64_t to = last ? spec_.image_channels : dcgan.channels[i];
    main_->push_back(nn::ConvTranspose2d(
        nn::ConvTranspose2dOptions(from, to, 4).stride(i == 0 ? 1 : 2).padding(i == 0 ? 0 : 1).bias(dcgan.bias)));
    if (last) break;
    if (dcgan.g_batch_norm) main_->push_back(BatchNorm2d(to));
    push_activation(main_, leaky, dcgan.g_slope);
    from = to;
  }
  sigmoid_ = dcgan.output == "sigmoid";
  if (sigmoid_) {
    main_->push_back(nn::Sigmoid());
  } else {
    main_->push_back(nn::Tanh());
  }
  register_module("main", main_);
  initialise(main_, dcgan.init, random);
}

at::Tensor DcganGenerator::map(const at::Tensor& z, const at::Tensor&, const MapOptions& options) {
  return plain_latent(spec_, z, options);
}

at::Tensor DcganGenerator::synthesize(const at::Tensor& w, const SynthesisOptions& options) {
  at::Tensor pictures = run_layers(main_, w.reshape({w.size(0), spec_.z_dim, 1, 1}), options);
  return sigmoid_ ? pictures * 2 - 1 : pictures;
}

DcganDiscriminator::DcganDiscriminator(NetworkSpec spec, at::Generator random)
    : Discriminator(checked(std::move(spec))) {
  const DcganSettings dcgan = dcgan_settings(spec_);
  const std::vector<int> channels = dcgan.channels_of_d();
  std::int64_t from = spec_.image_channels;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    main_->push_back(nn::Conv2d(nn::Conv2dOptions(from, channels[i], 4).stride(2).padding(1).bias(dcgan.bias)));
    if (dcgan.d_batch_norm && (i > 0 || dcgan.d_batch_norm_first)) main_->push_back(BatchNorm2d(channels[i]));
    push_activation(main_, true, dcgan.d_slope);
    from = channels[i];
  }
  main_->push_back(nn::Conv2d(nn::Conv2dOptions(from, 1, 4).bias(dcgan.bias)));
  sigmoid_ = dcgan.output == "sigmoid";
  register_module("main", main_);
  initialise(main_, dcgan.init, random);
}

at::Tensor DcganDiscriminator::forward(const at::Tensor& pictures, const at::Tensor&) {
  // A sigmoid generator was published with pixels of 0..1, which is what its discriminator saw.
  const at::Tensor input = sigmoid_ ? (pictures + 1) * 0.5 : pictures;
  return main_->forward(input).reshape({pictures.size(0), 1});
}

}  // namespace ganvas::models
