#include "metrics/distances/kernel_distance.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>

#include "core/error.h"

namespace ganvas::metrics {

double kernel_distance(const at::Tensor& a, const at::Tensor& b) {
  require(a.dim() == 2 && a.sizes() == b.sizes() && a.size(0) >= 2,
          "A kernel distance needs two sets of as many features, at least 2.");
  const at::NoGradGuard no_grad;
  const at::Tensor x = a.to(at::kCPU, at::kDouble), y = b.to(at::kCPU, at::kDouble);
  const auto count = static_cast<double>(x.size(0)), dim = static_cast<double>(x.size(1));
  const auto kernel = [&](const at::Tensor& p, const at::Tensor& q) { return (p.matmul(q.t()) / dim + 1).pow(3); };
  const at::Tensor within = kernel(x, x) + kernel(y, y), across = kernel(x, y);
  const at::Tensor distance =
      (within.sum() - within.trace()) / (count * (count - 1)) - 2 * across.sum() / (count * count);
  return distance.item<double>();
}

double kernel_distance(const at::Tensor& a, const at::Tensor& b, int subsets, std::int64_t largest,
                       std::uint64_t seed) {
  require(subsets >= 1, "A kernel distance needs at least one subset.");
  const std::int64_t size = std::min({a.size(0), b.size(0), largest});
  const at::Generator stream = at::make_generator<at::CPUGeneratorImpl>(seed);
  const auto subset = [&](const at::Tensor& features) {
    const at::Tensor chosen = at::randperm(features.size(0), stream, at::kLong).narrow(0, 0, size);
    return features.index_select(0, chosen.to(features.device()));
  };
  double sum = 0;
  for (int i = 0; i < subsets; ++i) {
    const at::Tensor first = subset(a);
    sum += kernel_distance(first, subset(b));
  }
  return sum / subsets;
}

}  // namespace ganvas::metrics
