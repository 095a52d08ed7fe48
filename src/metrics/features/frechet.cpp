#include "metrics/features/frechet.h"

#include <algorithm>
#include <limits>

#include "core/error.h"

namespace ganvas::metrics {
namespace {

/// Eigenvalues without what is only rounding of 0: the root would make 1e-8 out of 1e-16, once for each dimension in
/// which a set is flat.
at::Tensor cleaned(const at::Tensor& values) {
  const double rounding = std::numeric_limits<double>::epsilon() * static_cast<double>(values.size(0));
  return values.masked_fill(values <= values.max() * rounding, 0).clamp_min(0);
}

/// The root of a symmetric matrix without negative eigenvalues but for rounding.
at::Tensor root_of(const at::Tensor& matrix) {
  const auto [values, vectors] = at::linalg_eigh(matrix);
  return (vectors * cleaned(values).sqrt()).matmul(vectors.t());
}

}  // namespace

FeatureMoments::FeatureMoments(std::int64_t dim)
    : sum_(at::zeros({dim}, at::kDouble)), products_(at::zeros({dim, dim}, at::kDouble)) {}

FeatureMoments::FeatureMoments(std::int64_t count, at::Tensor sum, at::Tensor products)
    : count_(count), sum_(std::move(sum)), products_(std::move(products)) {
  require(count >= 0 && sum_.dim() == 1 && products_.dim() == 2 && products_.size(0) == sum_.size(0) &&
              products_.size(1) == sum_.size(0),
          "These sums belong to no set of features.");
}

void FeatureMoments::add(const at::Tensor& features) {
  require(features.dim() == 2 && features.size(1) == sum_.size(0), "The features must be [N, {}].", sum_.size(0));
  const at::NoGradGuard no_grad;
  const at::Tensor x = features.to(at::kCPU, at::kDouble);
  count_ += x.size(0);
  sum_ += x.sum(0);
  products_ += x.t().matmul(x);
}

at::Tensor FeatureMoments::mean() const {
  require(count_ > 0, "A mean needs at least one picture.");
  return sum_ / static_cast<double>(count_);
}

at::Tensor FeatureMoments::covariance(bool unbiased) const {
  require(count_ > (unbiased ? 1 : 0), "A covariance needs more than {} pictures.", count_);
  const auto count = static_cast<double>(count_);
  const at::Tensor covariance = products_ / count - at::outer(mean(), mean());
  return unbiased ? covariance * (count / (count - 1)) : covariance;
}

double frechet_distance(const at::Tensor& mean1, const at::Tensor& covariance1, const at::Tensor& mean2,
                        const at::Tensor& covariance2) {
  const at::Tensor root = root_of(covariance1.to(at::kDouble));
  const at::Tensor between = root.matmul(covariance2.to(at::kDouble)).matmul(root);
  const at::Tensor crossed = cleaned(at::linalg_eigvalsh((between + between.t()) / 2)).sqrt().sum();
  const at::Tensor distance = (mean1 - mean2).square().sum() + covariance1.trace() + covariance2.trace() - 2 * crossed;
  return std::max(distance.item<double>(), 0.0);
}

double frechet_distance(const FeatureMoments& a, const FeatureMoments& b, bool unbiased) {
  return frechet_distance(a.mean(), a.covariance(unbiased), b.mean(), b.covariance(unbiased));
}

}  // namespace ganvas::metrics
