#pragma once
// The network that turns pictures into features.

#include <ATen/ATen.h>

#include <filesystem>
#include <memory>
#include <string>

namespace ganvas::metrics {

/// What an extractor is asked for, and with which argument of its forward(), where it has that.
enum class ExtractorOutput {
  features,       ///< before the last layer: return_features=True
  probabilities,  ///< of classes: no_output_bias=True
  perceptual,     ///< whose squared distances are LPIPS: resize_images=False, return_lpips=True
};

/// Not thread-safe. Pictures are [N, 1 or 3, H, W] uint8, or float in 0..255; grey ones are made RGB.
class FeatureExtractor {
 public:
  virtual ~FeatureExtractor() = default;

  /// -> [N, dim] float on the device. Throws Error for pictures of another form and what the network cannot give.
  virtual at::Tensor run(const at::Tensor& pictures, ExtractorOutput output) = 0;
  /// The call that run() makes, for people: "forward(pictures, return_features=True)".
  [[nodiscard]] virtual std::string call(ExtractorOutput output) const = 0;
  /// The file's name without its folder.
  [[nodiscard]] virtual const std::string& name() const = 0;
  /// SHA-256 of the file, 64 digits.
  [[nodiscard]] virtual const std::string& sha256() const = 0;
};

/// A TorchScript program that the person brings. Opening one executes what is in the file, so only a person's own
/// choice leads here. Arguments that the program's forward() does not have are left out of the call (call() says which
/// are in it). run() throws Error also for `probabilities` whose rows are none.
class TorchscriptExtractor final : public FeatureExtractor {
 public:
  /// Throws Error when the file is no TorchScript program or has no forward() that takes pictures.
  TorchscriptExtractor(const std::filesystem::path& path, at::Device device);
  ~TorchscriptExtractor() override;

  at::Tensor run(const at::Tensor& pictures, ExtractorOutput output) override;
  /// The same for float pictures, with gradients back to them.
  at::Tensor differentiable(const at::Tensor& pictures, ExtractorOutput output);
  [[nodiscard]] std::string call(ExtractorOutput output) const override;
  [[nodiscard]] const std::string& name() const override;
  [[nodiscard]] const std::string& sha256() const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::metrics
