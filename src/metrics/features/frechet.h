#pragma once
// The Frechet distance between two sets of features (Heusel et al. 2017): FID where the features are Inception's.

#include <ATen/ATen.h>

#include <cstdint>

namespace ganvas::metrics {

/// Mean and covariance of feature vectors that come in batches, in double precision; memory does not grow with their
/// number. For one thread.
class FeatureMoments {
 public:
  explicit FeatureMoments(std::int64_t dim);
  /// From sums that were kept: of a cache, a file, or added up over processes. Throws Error where shapes do not fit.
  FeatureMoments(std::int64_t count, at::Tensor sum, at::Tensor products);

  /// features [N, dim] of any type and device. Throws Error for another dim.
  void add(const at::Tensor& features);

  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] const at::Tensor& sum() const { return sum_; }            ///< [dim] double
  [[nodiscard]] const at::Tensor& products() const { return products_; }  ///< [dim, dim] double: sum of x x^T

  /// [dim] double. Throws Error when there are none.
  [[nodiscard]] at::Tensor mean() const;
  /// [dim, dim] double, divided by N, or by N - 1 (unbiased; NumPy's default, and that of the TensorFlow programs).
  [[nodiscard]] at::Tensor covariance(bool unbiased = false) const;

 private:
  std::int64_t count_ = 0;
  at::Tensor sum_, products_;
};

/// |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)), never below 0. By symmetric eigenvalues, which also holds for singular
/// covariances: tr (S1 S2)^(1/2) is the sum of the roots of the eigenvalues of S1^(1/2) S2 S1^(1/2). Symmetric.
///   means [dim], covariances [dim, dim]
double frechet_distance(const at::Tensor& mean1, const at::Tensor& covariance1, const at::Tensor& mean2,
                        const at::Tensor& covariance2);
double frechet_distance(const FeatureMoments& a, const FeatureMoments& b, bool unbiased = false);

}  // namespace ganvas::metrics
