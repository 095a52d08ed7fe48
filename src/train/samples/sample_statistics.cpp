#include "train/samples/sample_statistics.h"

#include <algorithm>

namespace ganvas::train {
namespace {

constexpr std::int64_t side = 16;  // pixels that a picture is reduced to

at::Tensor reduced(const at::Tensor& pictures) {
  at::Tensor small = pictures.detach().to(at::kCPU, at::kDouble).clamp(-1, 1);
  if (small.size(2) > side) small = at::adaptive_avg_pool2d(small, {side, side});
  return small.flatten(1).contiguous();
}

/// Mean distance of two different rows.
double spread_of(const at::Tensor& rows) {
  return at::pdist(rows).mean().item<double>();
}

}  // namespace

SampleStatistics::SampleStatistics(const at::Tensor& reals) : reals_(reduced(reals)), spread_(spread_of(reals_)) {}

SampleFigures SampleStatistics::of(const at::Tensor& samples) const {
  const at::NoGradGuard no_grad;
  const at::Tensor rows = reduced(samples);
  const double spread = spread_of(rows);
  const double between = at::cdist(rows, reals_).mean().item<double>();
  const double energy = 2 * between - spread - spread_;
  return {spread / std::max(spread_, 1e-12), energy < 0 ? 0.0 : energy / std::max(2 * between, 1e-12)};
}

}  // namespace ganvas::train
