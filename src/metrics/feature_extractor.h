#pragma once
// The network that turns pictures into features: a TorchScript program that the person brings.

#include <torch/torch.h>

#include <filesystem>
#include <memory>
#include <string>

namespace ganvas {

/// What an extractor is asked for, and with which argument of its forward(), where it has that.
enum class ExtractorOutput {
  features,       ///< before the last layer: return_features=True
  probabilities,  ///< of classes: no_output_bias=True
  perceptual,     ///< whose squared distances are LPIPS: resize_images=False, return_lpips=True
};

/// Opening one executes what is in the file, so only a person's own choice leads here. Not thread-safe.
///
/// Pictures are [N, 1 or 3, H, W] uint8, or float in 0..255; grey ones are made RGB. Arguments that the program's
/// forward() does not have are left out of the call (call() says which are in it).
class FeatureExtractor {
 public:
  /// Throws Error when the file is no TorchScript program or has no forward() that takes pictures.
  FeatureExtractor(const std::filesystem::path& path, at::Device device);
  ~FeatureExtractor();
  FeatureExtractor(FeatureExtractor&&) noexcept;

  /// -> [N, dim] float on the device. Throws Error for pictures of another form and what the program refuses; for
  /// `probabilities` also when the rows are none.
  at::Tensor run(const at::Tensor& pictures, ExtractorOutput output);
  /// The same for float pictures, with gradients back to them.
  at::Tensor differentiable(const at::Tensor& pictures, ExtractorOutput output);

  /// The call that run() makes, for people: "forward(pictures, return_features=True)".
  [[nodiscard]] std::string call(ExtractorOutput output) const;
  /// The file's name without its folder.
  [[nodiscard]] const std::string& name() const;
  /// SHA-256 of the file, 64 digits.
  [[nodiscard]] const std::string& sha256() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas
