#include "metrics/distances/perceptual_path.h"

#include <cmath>

#include "core/error.h"

namespace ganvas::metrics {

at::Tensor unit_slerp(const at::Tensor& a, const at::Tensor& b, const at::Tensor& t) {
  const auto unit = [](const at::Tensor& x) { return x / x.norm(2, {-1}, true); };
  const at::Tensor from = unit(a), to = unit(b);
  const at::Tensor cosine = (from * to).sum({-1}, true);
  const at::Tensor angle = t * cosine.acos();
  const at::Tensor across = unit(to - cosine * from);
  return unit(from * angle.cos() + across * angle.sin());
}

at::Tensor path_distances(const at::Tensor& before, const at::Tensor& after, double epsilon) {
  require(epsilon > 0, "A path needs a step, not {}.", epsilon);
  return (before - after).square().sum(1) / (epsilon * epsilon);
}

PathLength path_length_of(const at::Tensor& distances) {
  require(distances.dim() == 1 && distances.size(0) > 0, "A path length needs at least one distance.");
  const at::Tensor sorted = std::get<0>(distances.to(at::kCPU, at::kDouble).sort());
  const auto last = static_cast<double>(sorted.size(0) - 1);
  PathLength path;
  path.low = sorted[static_cast<std::int64_t>(std::floor(0.01 * last))].item<double>();
  path.high = sorted[static_cast<std::int64_t>(std::ceil(0.99 * last))].item<double>();
  path.value = sorted.masked_select((sorted >= path.low) & (sorted <= path.high)).mean().item<double>();
  path.unfiltered = sorted.mean().item<double>();
  return path;
}

}  // namespace ganvas::metrics
