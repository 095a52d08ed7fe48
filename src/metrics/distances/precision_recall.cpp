#include "metrics/distances/precision_recall.h"

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace ganvas::metrics {
namespace {

constexpr std::int64_t rows_at_once = 512;  // bounds the memory of the distances

/// What is worked with: half precision stays, everything else becomes double.
at::Tensor working(const at::Tensor& features) {
  return features.to(at::kCPU, features.scalar_type() == at::kHalf ? at::kHalf : at::kDouble).contiguous();
}

/// Calls `use(distances [rows, N])` for stretches of `rows`.
template <typename Use>
void distances_to(const at::Tensor& rows, const at::Tensor& columns, Use use) {
  for (std::int64_t first = 0; first < rows.size(0); first += rows_at_once) {
    const at::Tensor some = rows.narrow(0, first, std::min(rows_at_once, rows.size(0) - first));
    // In double by differences, not products: those would lose the digits of close neighbours. In half precision as
    // the library chooses, for that is what the authors' figures hold.
    const bool half = rows.scalar_type() == at::kHalf;
    use(half ? at::cdist(some, columns, 2) : at::cdist(some, columns, 2, /*compute_mode=*/2));
  }
}

}  // namespace

at::Tensor neighbour_radii(const at::Tensor& features, int k) {
  require(features.dim() == 2 && k >= 1 && features.size(0) > k, "{} features have no neighbour number {}.",
          features.dim() == 2 ? features.size(0) : 0, k);
  const at::NoGradGuard no_grad;
  const at::Tensor x = working(features);
  std::vector<at::Tensor> radii;
  distances_to(x, x, [&](const at::Tensor& distances) {
    const at::Tensor sortable = distances.scalar_type() == at::kHalf ? distances.to(at::kFloat) : distances;
    const at::Tensor nearest = std::get<0>(sortable.kthvalue(k + 1, 1));  // the first is itself
    radii.push_back(nearest.to(x.scalar_type()));
  });
  return at::cat(radii);
}

double share_within(const at::Tensor& probes, const at::Tensor& manifold, const at::Tensor& radii) {
  const at::NoGradGuard no_grad;
  const at::Tensor x = working(probes), y = working(manifold);
  require(x.dim() == 2 && y.dim() == 2 && x.size(0) > 0 && x.size(1) == y.size(1) && radii.size(0) == y.size(0),
          "Probes and manifold must be features of one kind, with a radius for each of the manifold.");
  std::int64_t inside = 0;
  distances_to(x, y,
               [&](const at::Tensor& distances) { inside += (distances <= radii).any(1).sum().item<std::int64_t>(); });
  return static_cast<double>(inside) / static_cast<double>(x.size(0));
}

PrecisionRecall precision_recall(const at::Tensor& real, const at::Tensor& generated, int k, bool half) {
  const at::Tensor a = half ? real.to(at::kHalf) : real, b = half ? generated.to(at::kHalf) : generated;
  return {share_within(b, a, neighbour_radii(a, k)), share_within(a, b, neighbour_radii(b, k))};
}

}  // namespace ganvas::metrics
