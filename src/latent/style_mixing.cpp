#include "latent/style_mixing.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ganvas::latent {

at::Tensor mixed(const at::Tensor& w, const at::Tensor& source, const std::vector<double>& weights) {
  std::vector<float> shares(static_cast<std::size_t>(w.size(1)), 0.0F);
  const std::size_t rows = std::min(shares.size(), weights.size());
  for (std::size_t i = 0; i < rows; ++i) shares[i] = static_cast<float>(weights[i]);
  const at::Tensor share = at::tensor(shares).to(w.device(), w.scalar_type()).view({1, -1, 1});
  return at::lerp(w, source.expand_as(w), share.expand_as(w));
}

at::Tensor based(const at::Tensor& w, const std::vector<float>& base) {
  const auto size = static_cast<std::int64_t>(base.size());
  if (size == 0 || (size != w.size(2) && size != w.size(1) * w.size(2))) return w;
  return at::tensor(base).to(w.device(), w.scalar_type()).view({1, -1, w.size(2)}).expand_as(w);
}

at::Tensor moved(const at::Tensor& w, const StyleControls& style) {
  const std::int64_t rows = w.size(1), dims = w.size(2);
  at::Tensor result = w;
  const auto own = [&] {  // the caller's tensor stays as it is
    if (result.is_same(w)) result = w.clone(at::MemoryFormat::Contiguous);
  };
  for (const StyleMove& move : style.moves) {
    const std::int64_t first = std::max(move.first, 0);
    const std::int64_t last = move.last < 0 ? rows - 1 : std::min<std::int64_t>(move.last, rows - 1);
    const auto size = static_cast<std::int64_t>(move.direction.size());
    if (move.strength == 0 || first > last || (size != dims && size != rows * dims)) continue;
    own();
    const at::Tensor direction =
        at::tensor(move.direction.items()).to(w.device(), w.scalar_type()).view({-1, dims}).expand({rows, dims});
    const std::int64_t moved_rows = last - first + 1;
    result.narrow(1, first, moved_rows).add_(direction.narrow(0, first, moved_rows), move.strength * move.unit);
  }
  for (const StyleOffset& offset : style.offsets) {
    if (offset.index < 0 || offset.index >= dims || offset.row >= rows || offset.value == 0) continue;
    own();
    const at::Tensor values = result.select(2, offset.index);
    (offset.row < 0 ? values : values.select(1, offset.row)).add_(offset.value);
  }
  return result;
}

at::Tensor placement_matrix(const PlacementControls& placement) {
  if (placement == PlacementControls{}) return {};
  const double angle = placement.angle * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  return at::tensor({c, s, placement.x, -s, c, placement.y, 0.0, 0.0, 1.0}, at::kFloat).view({3, 3});
}

}  // namespace ganvas::latent
