#pragma once
// The networks of Improved Training of Wasserstein GANs (Gulrajani et al. 2017): the plain convolutional pair that its
// authors used for CIFAR-10 ("conv"), and the residual pair of their 64x64 pictures ("resnet"). The critics have no
// batch norm, because the gradient penalty is about single pictures.

#include "models/batch_sharing.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>
#include "models/generator.h"

namespace ganvas::models {

/// z -> linear -> 4x4, then 5x5 transposed convolutions of stride 2 with batch norm and ReLU, tanh. Names: linear,
/// norm0, deconv1, norm1, ..., the last deconv.
class WganGpConvGenerator final : public Generator {
 public:
  WganGpConvGenerator(NetworkSpec spec, at::Generator random);
  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) override;
  at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions& options) override;

 private:
  torch::nn::Linear linear_{nullptr};
  BatchNorm1d norm_{nullptr};  ///< over each value of the 4x4 layer
  std::vector<torch::nn::ConvTranspose2d> deconvs_;
  std::vector<BatchNorm2d> norms_;
};

/// 5x5 convolutions of stride 2 with leaky ReLU 0.2, then one linear layer over C, H, W. Names: conv1, conv2, ...,
/// linear.
class WganGpConvCritic final : public Discriminator {
 public:
  WganGpConvCritic(NetworkSpec spec, at::Generator random);
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& c) override;

 private:
  std::vector<torch::nn::Conv2d> convs_;
  torch::nn::Linear linear_{nullptr};
};

/// Mean and variance over C, H, W of each picture, then a gain and an offset a channel.
class PictureNormImpl final : public torch::nn::Module {
 public:
  explicit PictureNormImpl(int channels);
  at::Tensor forward(const at::Tensor& x);

 private:
  at::Tensor weight_, bias_;  // [C]
};
TORCH_MODULE(PictureNorm);

enum class Resample { up, down };

/// norm, ReLU, 3x3, norm, ReLU, 3x3 beside a 1x1 shortcut. Up: nearest x2 before the first convolution and the
/// shortcut. Down: 2x2 mean after the second convolution and before the shortcut.
class ResidualBlockImpl final : public torch::nn::Module {
 public:
  ResidualBlockImpl(int from, int to, Resample resample);
  at::Tensor forward(const at::Tensor& x);

 private:
  Resample resample_;
  torch::nn::AnyModule norm1_, norm2_;  // batch norm going up (generator), picture norm going down (critic)
  torch::nn::Conv2d conv1_{nullptr}, conv2_{nullptr}, shortcut_{nullptr};
};
TORCH_MODULE(ResidualBlock);

/// z -> linear -> 4x4, residual blocks up, norm, ReLU, 3x3, tanh. Names: linear, block1, ..., norm, output.
class WganGpResnetGenerator final : public Generator {
 public:
  WganGpResnetGenerator(NetworkSpec spec, at::Generator random);
  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) override;
  at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions& options) override;

 private:
  torch::nn::Linear linear_{nullptr};
  std::vector<ResidualBlock> blocks_;
  BatchNorm2d norm_{nullptr};
  torch::nn::Conv2d output_{nullptr};
};

/// 3x3, residual blocks down to 4x4, one linear layer. Names: input, block1, ..., linear.
class WganGpResnetCritic final : public Discriminator {
 public:
  WganGpResnetCritic(NetworkSpec spec, at::Generator random);
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& c) override;

 private:
  torch::nn::Conv2d input_{nullptr};
  std::vector<ResidualBlock> blocks_;
  torch::nn::Linear linear_{nullptr};
};

}  // namespace ganvas::models
