#include "metrics/features/picture_scaling.h"

#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "core/error.h"

namespace ganvas::metrics {
namespace {

constexpr std::array<std::pair<ResizeMode, const char*>, 3> names{{{ResizeMode::legacy_tensorflow, "legacy_tensorflow"},
                                                                   {ResizeMode::clean, "clean"},
                                                                   {ResizeMode::legacy_pytorch, "legacy_pytorch"}}};

}  // namespace

std::string to_string(ResizeMode mode) {
  for (const auto& [known, name] : names)
    if (known == mode) return name;
  return {};
}

ResizeMode resize_mode_from(const std::string& name) {
  for (const auto& [mode, known] : names)
    if (name == known) return mode;
  fail("There is no way \"{}\" to resize pictures; choose {}.", name, fmt::join(resize_mode_names(), ", "));
}

std::vector<std::string> resize_mode_names() {
  std::vector<std::string> all;
  for (const auto& entry : names) all.emplace_back(entry.second);
  return all;
}

at::Tensor scaled_for_extractor(const at::Tensor& pictures, ResizeMode mode, std::int64_t side) {
  if (mode == ResizeMode::legacy_tensorflow) return pictures;
  require(side >= 1 && side <= 4096, "Pictures cannot be scaled to {0} x {0} pixels for an extractor.", side);
  const at::NoGradGuard no_grad;
  const at::Tensor x = pictures.to(at::kFloat).contiguous();
  if (mode == ResizeMode::legacy_pytorch) return at::upsample_bilinear2d(x, {side, side}, /*align_corners=*/false);
  return at::_upsample_bicubic2d_aa(x, {side, side}, /*align_corners=*/false).clamp(0, 255);
}

}  // namespace ganvas::metrics
