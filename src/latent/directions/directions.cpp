#include "latent/directions/directions.h"

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace ganvas::latent {
namespace {

/// Rows with their largest component positive.
at::Tensor with_fixed_signs(const at::Tensor& rows) {
  const at::Tensor largest = rows.abs().argmax(1, /*keepdim=*/true);
  return rows * at::sign(rows.gather(1, largest));
}

}  // namespace

Directions factorised_directions(const std::vector<at::Tensor>& weights, bool normalised) {
  require(!weights.empty(), "This model has no style layers that directions could be found in.");
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> rows;
  for (const at::Tensor& weight : weights) rows.push_back(weight.to(at::kCPU, at::kDouble));
  at::Tensor all = at::cat(rows);  // [sum of out, dim]
  if (normalised) all = all / all.norm(2, {1}, true).clamp_min(1e-300);
  const auto [values, vectors] = at::linalg_eigh(all.t().matmul(all));  // ascending
  return {with_fixed_signs(vectors.t().flip(0)).contiguous(), values.flip(0).clamp_min(0).contiguous()};
}

PrincipalDirections principal_directions(const at::Tensor& samples) {
  require(samples.dim() == 2 && samples.size(0) >= 2, "Principal components need at least 2 samples.");
  const at::NoGradGuard no_grad;
  const at::Tensor x = samples.to(at::kCPU, at::kDouble);
  const at::Tensor mean = x.mean(0);
  const std::int64_t count = x.size(0), components = std::min(count, x.size(1));
  if (count <= x.size(1)) {  // fewer samples than dimensions: the covariance would lose digits
    const auto [u, s, vh] = at::linalg_svd(x - mean, false);
    return {mean, {with_fixed_signs(vh).contiguous(), s / std::sqrt(static_cast<double>(count - 1))}};
  }
  const at::Tensor centred = x - mean;
  const auto [values, vectors] = at::linalg_eigh(centred.t().matmul(centred) / static_cast<double>(count - 1));
  const at::Tensor strongest = vectors.t().flip(0).narrow(0, 0, components);
  return {mean, {with_fixed_signs(strongest).contiguous(), values.flip(0).clamp_min(0).sqrt().contiguous()}};
}

Directions aligned(const Directions& found, const Directions& before) {
  require(found.vectors.sizes() == before.vectors.sizes(), "Directions of other sizes cannot be aligned.");
  const at::Tensor cosines = found.vectors.matmul(before.vectors.t()).contiguous();  // [found, before]
  const auto cosine = cosines.accessor<double, 2>();
  const std::int64_t count = cosines.size(0);
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t j = 0; j < count; ++j) pairs.emplace_back(i, j);
  std::stable_sort(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) {
    return std::abs(cosine[a.first][a.second]) > std::abs(cosine[b.first][b.second]);
  });
  Directions result{at::empty_like(found.vectors), at::empty_like(found.sizes)};
  std::vector<bool> used(static_cast<std::size_t>(count)), placed(static_cast<std::size_t>(count));
  for (const auto& [i, j] : pairs) {
    if (used[static_cast<std::size_t>(i)] || placed[static_cast<std::size_t>(j)]) continue;
    used[static_cast<std::size_t>(i)] = placed[static_cast<std::size_t>(j)] = true;
    result.vectors[j].copy_(found.vectors[i] * (cosine[i][j] < 0 ? -1.0 : 1.0));
    result.sizes[j].copy_(found.sizes[i]);
  }
  return result;
}

}  // namespace ganvas::latent
