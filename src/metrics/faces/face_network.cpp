#include "metrics/faces/face_network.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "data/faces/factors.h"
#include "io/safetensors.h"

namespace ganvas::metrics {

namespace {

namespace nn = torch::nn;

constexpr const char* mark = "ganvas.face_network";

nn::Conv2d convolution(int from, int to, int stride) {
  return nn::Conv2d(nn::Conv2dOptions(from, to, 3).stride(stride).padding(1).bias(false));
}

}  // namespace

FaceNetworkImpl::FaceNetworkImpl(std::uint64_t seed) {
  struct Step {
    int to, stride;
  };
  int from = 3;
  for (const Step step : {Step{32, 2}, Step{64, 2}, Step{64, 1}, Step{96, 2}, Step{96, 1}, Step{128, 2}}) {
    body_->push_back(convolution(from, step.to, step.stride));
    body_->push_back(nn::BatchNorm2d(step.to));
    body_->push_back(nn::ReLU());
    from = step.to;
  }
  register_module("body", body_);
  to_features_ = register_module("features", nn::Linear(nn::LinearOptions(from * 16, features_size).bias(false)));
  norm_ = register_module("norm", nn::BatchNorm1d(features_size));
  to_factors_ = register_module("factors", nn::Linear(features_size, data::face_label_size()));
  // He et al. 2015; from a stream of its own, as LibTorch's initialisation draws from the global one.
  const at::NoGradGuard no_grad;
  at::Generator random = at::make_generator<at::CPUGeneratorImpl>(seed);
  for (const auto& parameter : named_parameters()) {
    at::Tensor weight = parameter.value();
    if (weight.dim() > 1) {
      weight.normal_(0, std::sqrt(2.0 / static_cast<double>(weight[0].numel())), random);
    } else if (parameter.key() == "factors.bias") {
      weight.zero_();
    }
  }
}

at::Tensor FaceNetworkImpl::features(const at::Tensor& x) {
  return norm_->forward(to_features_->forward(body_->forward(x).flatten(1))).relu();
}

at::Tensor FaceNetworkImpl::factors(const at::Tensor& features) {
  return to_factors_->forward(features);
}

at::Tensor face_network_input(const at::Tensor& pictures) {
  require(pictures.dim() == 4 && (pictures.size(1) == 1 || pictures.size(1) == 3),
          "The face network takes pictures [N, 1 or 3, H, W].");
  at::Tensor x = pictures.to(at::kFloat).expand({-1, 3, -1, -1});
  if (x.size(2) != FaceNetworkImpl::side || x.size(3) != FaceNetworkImpl::side)
    x = at::_upsample_bilinear2d_aa(x, {FaceNetworkImpl::side, FaceNetworkImpl::side}, false);
  return x / 127.5 - 1;
}

std::filesystem::path face_network_path() {
  return asset("models/face-network.safetensors");
}

FaceNetwork load_face_network(const std::filesystem::path& path, at::Device device) {
  const io::WeightSet weights = io::read_safetensors(path);
  require(weights.metadata.contains(mark), "{} holds no face network.", path.string());
  FaceNetwork network;
  const at::NoGradGuard no_grad;
  const auto fill = [&](const auto& tensors) {
    for (const auto& tensor : tensors) tensor.value().copy_(weights.at(tensor.key()));
  };
  fill(network->named_parameters());
  fill(network->named_buffers());
  network->eval();
  network->to(device);
  return network;
}

io::WeightSet face_network_file(FaceNetworkImpl& network) {
  io::WeightSet weights;
  const auto add = [&](const auto& tensors) {
    for (const auto& tensor : tensors) weights.set(tensor.key(), tensor.value().detach().to(at::kCPU).clone());
  };
  add(network.named_parameters());
  add(network.named_buffers());
  weights.metadata[mark] = "1";
  return weights;
}

FaceExtractor::FaceExtractor(at::Device device, const std::filesystem::path& path)
    : device_(device),
      network_(load_face_network(path, device)),
      name_(path.filename().string()),
      sha256_(sha256_of_file(path)) {}

at::Tensor FaceExtractor::run(const at::Tensor& pictures, ExtractorOutput output) {
  require(output == ExtractorOutput::features,
          "The built-in face network gives features alone; other figures need an --extractor of your choice.");
  const at::NoGradGuard no_grad;
  return network_->features(face_network_input(pictures.to(device_)));
}

at::Tensor FaceExtractor::factors(const at::Tensor& features) {
  const at::NoGradGuard no_grad;
  at::Tensor values = network_->factors(features.to(device_)).clone();
  std::int64_t first = 0;
  for (const data::FaceFactor& factor : data::face_factors()) {
    at::Tensor own = values.narrow(1, first, factor.width());
    own.copy_(factor.categorical() ? own.softmax(1) : own.clamp(0, 1));
    first += factor.width();
  }
  return values;
}

std::string FaceExtractor::call(ExtractorOutput) const {
  return "features(pictures at 64x64)";
}

}  // namespace ganvas::metrics
