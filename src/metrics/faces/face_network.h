#pragma once
// A small network that knows the built-in faces: it tells their factors, and its features measure face-FID.

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "io/weight_set.h"
#include "metrics/features/feature_extractor.h"

namespace ganvas::metrics {

/// Six convolutions and a linear layer with batch norm, 64x64 RGB in -1..1 -> 192 features -> a value for each place of
/// face_label(): logits of categorical factors, plain values of the continuous ones. Trained by
/// assets/face-network.json (metrics/faces/face_training.h).
class FaceNetworkImpl final : public torch::nn::Module {
 public:
  static constexpr std::int64_t side = 64, features_size = 192;

  /// Fresh weights from `seed`.
  explicit FaceNetworkImpl(std::uint64_t seed = 0);
  /// x [N, 3, 64, 64] in -1..1 -> [N, 192], not below 0.
  at::Tensor features(const at::Tensor& x);
  /// -> [N, face_label_size()].
  at::Tensor factors(const at::Tensor& features);

 private:
  torch::nn::Sequential body_;
  torch::nn::Linear to_features_{nullptr}, to_factors_{nullptr};
  torch::nn::BatchNorm1d norm_{nullptr};  // without it most features die early
};
TORCH_MODULE(FaceNetwork);

/// Pictures [N, 1 or 3, H, W] uint8, or float in 0..255, of any size -> [N, 3, 64, 64] float in -1..1, filtered.
at::Tensor face_network_input(const at::Tensor& pictures);

/// The file of the built-in network.
std::filesystem::path face_network_path();

/// The network of a file, in eval mode. Throws Error for a file of another kind.
FaceNetwork load_face_network(const std::filesystem::path& path, at::Device device);
io::WeightSet face_network_file(FaceNetworkImpl& network);

/// The built-in network as an extractor of features. Its `factors` serve the factor report.
class FaceExtractor final : public FeatureExtractor {
 public:
  explicit FaceExtractor(at::Device device, const std::filesystem::path& path = face_network_path());

  /// Throws Error for anything but `features`.
  at::Tensor run(const at::Tensor& pictures, ExtractorOutput output) override;
  /// features [N, 192] -> [N, face_label_size()] float: probabilities of categorical factors, values of the others.
  at::Tensor factors(const at::Tensor& features);
  [[nodiscard]] std::string call(ExtractorOutput output) const override;
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::string& sha256() const override { return sha256_; }

 private:
  at::Device device_;
  FaceNetwork network_{nullptr};
  std::string name_, sha256_;
};

}  // namespace ganvas::metrics
