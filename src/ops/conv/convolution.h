#pragma once
// Which of this room's kernels computes a convolution, with the weight in its order. Nothing here is differentiable.

#include <ATen/ATen.h>

#include "ops/conv/direct.h"

namespace ganvas::ops {

/// Strides and padding of both axes, as at::conv2d has them.
struct ConvSteps {
  int stride = 1, padding = 0;
};

/// Whether the kernels take these: floats on a CPU with vector units, a square kernel, groups of 1.
bool convolution_takes(const at::Tensor& x, const at::Tensor& weight);

/// Of pictures [N, C, H, W] and a weight [O, C, K, K].
direct::Shape convolution_shape(at::IntArrayRef pictures, const at::Tensor& weight, const ConvSteps& steps);
/// Its transpose: from what has the size of its result to what has that of its input.
direct::Shape transposed(const direct::Shape& shape);

/// weight [O, C, K, K] for convolve(), also where `shape` is transposed().
at::Tensor packed_weight(const direct::Shape& shape, const at::Tensor& weight);

/// x channels-last; style [N, from], a factor of x, or undefined -> channels-last, followed by `end`.
at::Tensor convolve(const direct::Shape& shape, const at::Tensor& x, const at::Tensor& style, const at::Tensor& packed,
                    const Epilogue& end);

/// The gradient of a convolution that is not transposed in its weight [O, C, K, K], from x (times its style, if any)
/// and the gradient dy of the result, both channels-last.
at::Tensor weight_gradient(const direct::Shape& shape, const at::Tensor& x, const at::Tensor& style,
                           const at::Tensor& dy);

}  // namespace ganvas::ops
