#include "metrics/features/feature_extractor.h"

#include <torch/script.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/hash.h"

namespace ganvas::metrics {
namespace {

using Flags = std::vector<std::pair<std::string, bool>>;

Flags flags_of(ExtractorOutput output) {
  switch (output) {
    case ExtractorOutput::features:
      return {{"return_features", true}};
    case ExtractorOutput::probabilities:
      return {{"no_output_bias", true}};
    case ExtractorOutput::perceptual:
      return {{"resize_images", false}, {"return_lpips", true}};
  }
  return {};
}

void require_probabilities(const at::Tensor& rows) {
  require(rows.min().item<float>() >= 0 && (rows.sum(1) - 1).abs().max().item<float>() < 1e-2,
          "The extractor gives no probabilities of classes, which the Inception Score needs.");
}

}  // namespace

struct TorchscriptExtractor::Impl {
  torch::jit::Module program;
  at::Device device;
  std::string name, sha256;

  /// The flags that forward() has.
  [[nodiscard]] Flags known(ExtractorOutput output) const {
    const auto& arguments = program.get_method("forward").function().getSchema().arguments();
    Flags flags = flags_of(output);
    std::erase_if(flags, [&](const auto& flag) {
      return std::none_of(arguments.begin(), arguments.end(), [&](const auto& a) { return a.name() == flag.first; });
    });
    return flags;
  }
};

TorchscriptExtractor::TorchscriptExtractor(const std::filesystem::path& path, at::Device device)
    : impl_(std::make_unique<Impl>(Impl{.device = device, .name = path.filename().string()})) {
  impl_->sha256 = sha256_of_file(path);
  try {
    impl_->program = torch::jit::load(path.string(), device);
  } catch (const std::exception&) {
    fail("{} is no TorchScript program; an extractor is a file that torch.jit.save has written.", path.string());
  }
  require(impl_->program.find_method("forward").has_value(), "The program in {} has no forward().", path.string());
  impl_->program.eval();
}

TorchscriptExtractor::~TorchscriptExtractor() = default;

at::Tensor TorchscriptExtractor::run(const at::Tensor& pictures, ExtractorOutput output) {
  const at::NoGradGuard no_grad;
  return differentiable(pictures, output);
}

at::Tensor TorchscriptExtractor::differentiable(const at::Tensor& pictures, ExtractorOutput output) {
  const bool values = pictures.scalar_type() == at::kByte || pictures.scalar_type() == at::kFloat;
  require(pictures.dim() == 4 && values && (pictures.size(1) == 1 || pictures.size(1) == 3),
          "An extractor takes pictures of bytes or floats, [N, 1 or 3, H, W].");
  const at::Tensor rgb = pictures.to(impl_->device).expand({-1, 3, -1, -1}).contiguous();
  std::unordered_map<std::string, torch::jit::IValue> flags;
  for (const auto& [name, value] : impl_->known(output)) flags.emplace(name, value);
  torch::jit::IValue result;
  try {
    result = impl_->program.get_method("forward")({rgb}, flags);
  } catch (const std::exception& error) {
    const std::string_view text = error.what();
    fail("The extractor {} cannot use these pictures: {}", impl_->name, text.substr(0, text.find('\n')));
  }
  require(result.isTensor() && result.toTensor().dim() >= 2 && result.toTensor().size(0) == pictures.size(0),
          "The extractor makes no tensor with a row a picture; take a network such as the Inception of 2015-12-05.");
  at::Tensor rows = result.toTensor().flatten(1).to(at::kFloat);
  if (output == ExtractorOutput::probabilities) require_probabilities(rows);
  return rows;
}

std::string TorchscriptExtractor::call(ExtractorOutput output) const {
  std::string text = "forward(pictures";
  for (const auto& [name, value] : impl_->known(output)) text += ", " + name + (value ? "=True" : "=False");
  return text + ")";
}

const std::string& TorchscriptExtractor::name() const {
  return impl_->name;
}

const std::string& TorchscriptExtractor::sha256() const {
  return impl_->sha256;
}

}  // namespace ganvas::metrics
