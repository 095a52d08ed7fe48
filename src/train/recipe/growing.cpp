#include "train/recipe/growing.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.h"

namespace ganvas::train {
namespace {

bool power_of_two(int value) {
  return value >= 4 && value <= 4096 && std::has_single_bit(static_cast<unsigned>(value));
}

at::Tensor enlarged(const at::Tensor& pictures, int times) {
  return times == 1 ? pictures : pictures.repeat_interleave(times, 2).repeat_interleave(times, 3);
}

}  // namespace

void check_growing(const GrowingSpec& spec, const std::string& what) {
  require(spec.start == 0 || power_of_two(spec.start), "\"start\" of {} is {}; it must be 0 or 4, 8, 16, ...", what,
          spec.start);
  require(spec.stable_kimg + spec.fade_kimg > 0, "{}: a resolution must last longer than {} + {} kimg.", what,
          spec.stable_kimg, spec.fade_kimg);
  const auto check_keys = [&](const char* name, const auto& values) {
    for (const auto& [resolution, value] : values)
      require(power_of_two(resolution), "\"{}\" of {}: {} is no resolution; write 4, 8, 16, ...", name, what,
              resolution);
  };
  check_keys("batch", spec.batch);
  check_keys("lr", spec.lr);
}

GrowingPhase growing_phase(const GrowingSpec& spec, int resolution, double kimg) {
  const double doublings = std::log2(static_cast<double>(resolution) / std::min(spec.start, resolution));
  const double whole = spec.stable_kimg + spec.fade_kimg;
  const double passed = std::floor(kimg / whole);
  const double fading = std::max(kimg - passed * whole - spec.stable_kimg, 0.0);
  GrowingPhase phase;
  phase.lod = doublings - passed - (spec.fade_kimg > 0 ? fading / spec.fade_kimg : 0.0);
  phase.lod = std::max(phase.lod, 0.0);
  phase.resolution = resolution >> static_cast<int>(std::floor(phase.lod));
  return phase;
}

bool crosses_level(double lod_before, double lod_now) {
  return std::floor(lod_before) != std::floor(lod_now) || std::ceil(lod_before) != std::ceil(lod_now);
}

at::Tensor faded_reals(const at::Tensor& pictures, double lod) {
  const int box = 1 << static_cast<int>(std::floor(lod));
  const double rest = lod - std::floor(lod);
  at::Tensor level = box == 1 ? pictures : at::avg_pool2d(pictures, box);
  if (rest > 0) level = at::lerp(level, enlarged(at::avg_pool2d(level, 2), 2), rest);
  return enlarged(level, box);
}

}  // namespace ganvas::train
