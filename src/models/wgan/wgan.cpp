#include "models/wgan/wgan.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>

#include <cmath>

#include "core/error.h"
#include "models/batch_sharing.h"
#include "models/layers/run_layers.h"
#include "models/plain_latent.h"
#include "models/wgan/settings.h"

namespace ganvas::models {
namespace {

namespace nn = torch::nn;

NetworkSpec checked(NetworkSpec spec) {
  const WganSettings settings = wgan_settings(spec);
  const bool power_of_two = (spec.resolution & (spec.resolution - 1)) == 0;
  require(spec.resolution >= 1 && spec.resolution <= 1024, "A WGAN has a resolution of 1 to 1024 pixels, not {}.",
          spec.resolution);
  require((settings.g_mlp && settings.d_mlp) || (power_of_two && spec.resolution >= 16),
          "A convolutional WGAN has a resolution of 16, 32, 64, ... pixels, not {}.", spec.resolution);
  require(spec.image_channels == 1 || spec.image_channels == 3, "A WGAN makes pictures of 1 or 3 channels, not {}.",
          spec.image_channels);
  require(spec.z_dim >= 1, "A WGAN needs a latent of at least one value.");
  require(spec.c_dim == 0, "A WGAN is unconditional; \"c_dim\" must be 0.");
  spec.extra = to_json(settings);
  spec.w_dim = spec.z_dim;
  spec.num_ws = 1;
  return spec;
}

/// Appends layers under the names of the authors' program.
class Chain {
 public:
  Chain(nn::Sequential& main, bool critic, bool batch_norm) : main_(main), critic_(critic), batch_norm_(batch_norm) {}

  void conv(const std::string& stage, const std::string& channels, nn::Conv2dOptions options) {
    main_->push_back(stage + ":" + channels + ":conv", nn::Conv2d(options.bias(false)));
  }
  void up(const std::string& stage, int from, int to, int stride, int padding) {
    main_->push_back(
        fmt::format("{}:{}-{}:convt", stage, from, to),
        nn::ConvTranspose2d(nn::ConvTranspose2dOptions(from, to, 4).stride(stride).padding(padding).bias(false)));
  }
  /// Batch norm where the network has it, then the activation.
  void finish(const std::string& stage, int channels, bool norm = true) {
    if (norm && batch_norm_) add(stage, channels, "batchnorm", nn::AnyModule(BatchNorm2d(channels)));
    add(stage, channels, "relu",
        critic_ ? nn::AnyModule(nn::LeakyReLU(nn::LeakyReLUOptions().negative_slope(0.2))) : nn::AnyModule(nn::ReLU()));
  }
  void extra_layers(int count, int channels) {
    for (int i = 0; i < count; ++i) {
      const std::string stage = fmt::format("extra-layers-{}", i);
      conv(stage, std::to_string(channels), nn::Conv2dOptions(channels, channels, 3).padding(1));
      finish(stage, channels);
    }
  }

 private:
  void add(const std::string& stage, int channels, const char* kind, nn::AnyModule layer) {
    main_->push_back(fmt::format("{}:{}:{}", stage, channels, kind), std::move(layer));
  }

  nn::Sequential& main_;
  bool critic_;
  bool batch_norm_;
};

nn::Sequential linear_layers(int from, int width, int to) {
  return nn::Sequential(nn::Linear(from, width), nn::ReLU(), nn::Linear(width, width), nn::ReLU(),
                        nn::Linear(width, width), nn::ReLU(), nn::Linear(width, to));
}

/// Convolutions N(0, 0.02), batch norm gains N(1, 0.02); linear layers LibTorch's uniform within 1 / sqrt(fan in).
void initialise(nn::Sequential& chain, at::Generator random) {
  if (!random.defined()) return;
  const at::NoGradGuard no_grad;
  for (const auto& layer : chain->children()) {
    if (auto* up = layer->as<nn::ConvTranspose2d>()) up->weight.normal_(0.0, 0.02, random);
    if (auto* conv = layer->as<nn::Conv2d>()) conv->weight.normal_(0.0, 0.02, random);
    if (auto* norm = layer->as<nn::BatchNorm2d>()) norm->weight.normal_(1.0, 0.02, random);
    if (auto* linear = layer->as<nn::Linear>()) {
      const double bound = 1.0 / std::sqrt(static_cast<double>(linear->weight.size(1)));
      linear->weight.uniform_(-bound, bound, random);
      linear->bias.uniform_(-bound, bound, random);
    }
  }
}

int picture_elements(const NetworkSpec& spec) {
  return spec.image_channels * spec.resolution * spec.resolution;
}

}  // namespace

WganGenerator::WganGenerator(NetworkSpec spec, at::Generator random)
    : Generator(checked(std::move(spec))), mlp_(wgan_settings(spec_).g_mlp) {
  const WganSettings settings = wgan_settings(spec_);
  if (mlp_) {
    main_ = linear_layers(spec_.z_dim, settings.g_channels, picture_elements(spec_));
  } else {
    Chain chain(main_, false, settings.g_batch_norm);
    int channels = settings.g_channels * (spec_.resolution / 8);
    chain.up("initial", spec_.z_dim, channels, 1, 0);
    chain.finish("initial", channels);
    for (int side = 4; side < spec_.resolution / 2; side *= 2, channels /= 2) {
      chain.up("pyramid", channels, channels / 2, 2, 1);
      chain.finish("pyramid", channels / 2);
    }
    chain.extra_layers(settings.extra_layers, channels);
    chain.up("final", channels, spec_.image_channels, 2, 1);
    main_->push_back("final:tanh", nn::Tanh());
  }
  register_module("main", main_);
  initialise(main_, random);
}

at::Tensor WganGenerator::map(const at::Tensor& z, const at::Tensor&, const MapOptions& options) {
  return plain_latent(spec_, z, options);
}

at::Tensor WganGenerator::synthesize(const at::Tensor& w, const SynthesisOptions& options) {
  const at::Tensor z = w.reshape({w.size(0), spec_.z_dim});
  if (!mlp_) return run_layers(main_, z.unflatten(1, {spec_.z_dim, 1, 1}), options);
  return main_->forward(z).view({z.size(0), spec_.image_channels, spec_.resolution, spec_.resolution});
}

WganCritic::WganCritic(NetworkSpec spec, at::Generator random)
    : Discriminator(checked(std::move(spec))), mlp_(wgan_settings(spec_).d_mlp) {
  const WganSettings settings = wgan_settings(spec_);
  if (mlp_) {
    main_ = linear_layers(picture_elements(spec_), settings.d_channels, 1);
  } else {
    Chain chain(main_, true, settings.d_batch_norm);
    const auto halving = [](int from, int to) { return nn::Conv2dOptions(from, to, 4).stride(2).padding(1); };
    const auto pair = [](int from, int to) { return fmt::format("{}-{}", from, to); };
    int channels = settings.d_channels;
    chain.conv("initial", pair(spec_.image_channels, channels), halving(spec_.image_channels, channels));
    chain.finish("initial", channels, false);
    chain.extra_layers(settings.extra_layers, channels);
    for (int side = spec_.resolution / 2; side > 4; side /= 2, channels *= 2) {
      chain.conv("pyramid", pair(channels, channels * 2), halving(channels, channels * 2));
      chain.finish("pyramid", channels * 2);
    }
    chain.conv("final", pair(channels, 1), nn::Conv2dOptions(channels, 1, 4));
  }
  register_module("main", main_);
  initialise(main_, random);
}

at::Tensor WganCritic::forward(const at::Tensor& pictures, const at::Tensor&) {
  return main_->forward(mlp_ ? pictures.flatten(1) : pictures).reshape({pictures.size(0), 1});
}

}  // namespace ganvas::models
