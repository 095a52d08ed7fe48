#pragma once
// Improved precision and recall (Kynkaanniemi et al. 2019): how many of one set's features lie in the neighbourhoods of
// the other's.

#include <ATen/ATen.h>

namespace ganvas::metrics {

/// Distance of each feature to its k-th neighbour, itself not counted. Throws Error for k or fewer features.
///   features [N, dim], 1 <= k < N -> [N] double; half where the features are half
at::Tensor neighbour_radii(const at::Tensor& features, int k);

/// Share of `probes` [M, dim] that lie within the radius of at least one of `manifold` [N, dim], radii [N].
double share_within(const at::Tensor& probes, const at::Tensor& manifold, const at::Tensor& radii);

struct PrecisionRecall {
  double precision = 0;  ///< share of samples that look like data
  double recall = 0;     ///< share of the data that the samples reach
};

/// In double precision, which no order of the sums can flip but by ties; time grows with the product of the numbers,
/// memory with their sum. `half`: features, distances and radii in half precision, as NVIDIA's program has them; the
/// figure then depends a little on the processor.
PrecisionRecall precision_recall(const at::Tensor& real, const at::Tensor& generated, int k = 3, bool half = false);

}  // namespace ganvas::metrics
