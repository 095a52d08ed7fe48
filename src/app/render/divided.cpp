#include "app/render/divided.h"

#include <cmath>
#include <vector>

namespace ganvas::app {

at::Tensor divided(const at::Tensor& a, at::Tensor b, int columns, double divider) {
  if (a.sizes() != b.sizes())
    b = at::upsample_bilinear2d(b.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat), {a.size(0), a.size(1)}, false)
            .squeeze(0)
            .permute({1, 2, 0})
            .round()
            .to(at::kByte);
  const std::int64_t width = a.size(1) / columns;
  const auto cut = static_cast<std::int64_t>(std::llround(divider * static_cast<double>(width)));
  at::Tensor whole = a.clone();
  const std::vector<std::int64_t> cells{a.size(0), columns, width, 4};
  whole.view(cells).slice(2, cut).copy_(b.contiguous().view(cells).slice(2, cut));
  return whole;
}

}  // namespace ganvas::app
