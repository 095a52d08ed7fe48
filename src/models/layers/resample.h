#pragma once
// Resampling by two, shared by families.

#include <ATen/ATen.h>

namespace ganvas::models {

/// [N, C, H, W] -> [N, C, 2H, 2W], each pixel four times.
inline at::Tensor twice(const at::Tensor& x) {
  return at::upsample_nearest2d(x, {x.size(2) * 2, x.size(3) * 2});
}

/// [N, C, H, W] -> [N, C, H/2, W/2], the mean of each 2x2.
inline at::Tensor half(const at::Tensor& x) {
  return at::avg_pool2d(x, 2);
}

}  // namespace ganvas::models
