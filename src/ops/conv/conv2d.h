#pragma once
// Convolutions of channels-last floats on the CPU, and their transposes, differentiable any number of times.

#include <ATen/ATen.h>

#include "ops/conv/convolution.h"

namespace ganvas::ops {

/// x [N, C, H, W] in the layout in which the operators of this folder run fastest on its device: channels-last where
/// the kernels for it are, else as it is.
at::Tensor in_fast_layout(const at::Tensor& x);

/// Whether conv2d() and conv_transpose2d() take these and are the faster way: what convolution_takes(), with
/// channels-last x.
bool conv2d_takes(const at::Tensor& x, const at::Tensor& weight);

/// x [N, C, H, W], weight [O, C, K, K] -> at::conv2d(), channels-last.
at::Tensor conv2d(const at::Tensor& x, const at::Tensor& weight, const ConvSteps& steps);

/// x [N, O, H, W], weight [O, C, K, K] -> at::conv_transpose2d() [N, C, height, width], channels-last: the transpose of
/// conv2d() on pictures of this size.
at::Tensor conv_transpose2d(const at::Tensor& x, const at::Tensor& weight, const ConvSteps& steps, std::int64_t height,
                            std::int64_t width);

}  // namespace ganvas::ops
