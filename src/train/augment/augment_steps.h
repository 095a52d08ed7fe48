#pragma once
// The parts of apply_augmentations, in their order. Pictures [N, C, H, W], one AugmentValues each; a part that has
// nothing to do returns its input. Shapes are checked by the caller.

#include <ATen/ATen.h>

#include <vector>

#include "train/augment/augment.h"

namespace ganvas::train {

/// Blitting and geometry as one resampling at twice the resolution.
at::Tensor augment_geometry(const at::Tensor& pictures, const std::vector<AugmentValues>& values);

/// The gradient of grid_sampler_2d (bilinear, zeros outside, corners not aligned) in its pictures of shape `sizes`,
/// from `samples`, its gradient in the result. The sums of LibTorch's kernel, which adds in whatever order its threads
/// come; here the order is fixed where LibTorch is asked for deterministic operators.
at::Tensor transposed_sampling_in_order(const at::Tensor& samples, const at::Tensor& grid, at::IntArrayRef sizes);

/// All colour transforms as one affine map of the channels. C is 1 or 3 when anything changes, else Error.
at::Tensor augment_color(const at::Tensor& pictures, const std::vector<AugmentValues>& values);

/// The band gains as one separable filter a picture.
at::Tensor augment_bands(const at::Tensor& pictures, const std::vector<AugmentValues>& values);

/// `change` of the pictures at `rows` (rising), the others as they are. Most pictures keep out of the costly parts
/// while p is small.
template <typename Change>
at::Tensor change_rows(const at::Tensor& pictures, const std::vector<std::int64_t>& rows, Change change) {
  if (rows.empty()) return pictures;
  if (static_cast<std::int64_t>(rows.size()) == pictures.size(0)) return change(pictures);
  const at::Tensor index = at::tensor(rows, at::kLong).to(pictures.device());
  return pictures.index_copy(0, index, change(pictures.index_select(0, index)));
}

}  // namespace ganvas::train
