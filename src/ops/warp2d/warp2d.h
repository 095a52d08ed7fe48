#pragma once
// Affine movement of pictures on the CPU without visible resampling, as the augmentation of StyleGAN2-ADA does it
// (Karras et al. 2020, "Training generative adversarial networks with limited data", appendix B).

#include <ATen/ATen.h>

namespace ganvas::ops {

/// Continues each picture by reflection (once to each side, then by 0), enlarges it twice by the filter, samples that
/// bilinearly at the moved positions, and reduces the samples by the transposed filter. What that takes elsewhere as
/// four operators on pictures of the widest margin happens here a picture at a time, within the cache, on that part
/// of the enlarged plane which the picture's samples touch.
///   x       [N, C, H, W] float or double on the CPU, H and W at least 2, any memory layout
///   maps    [N, 2, 3] double on the CPU: where the content of each position comes from, both measured in pixels from
///           the picture's centre, x to the right and y down. A picture with the identity comes out bit-equal.
///   filter  [12] double on the CPU: the low-pass filter, of the sum 1
/// -> as x. Differentiable any number of times in x. Throws Error for other shapes and types.
at::Tensor warp2d(const at::Tensor& x, const at::Tensor& maps, const at::Tensor& filter);

}  // namespace ganvas::ops
