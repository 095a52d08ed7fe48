#pragma once
// 3x3 convolutions of channels-last floats on the CPU, by the kernels of winograd.h, differentiable any number of
// times.

#include <ATen/ATen.h>

namespace ganvas::ops {

/// x [N, C, H, W] in the layout in which the operators of this folder run fastest on its device: channels-last where
/// the kernels for it are, else as it is.
at::Tensor in_fast_layout(const at::Tensor& x);

/// Whether conv3x3() takes these and is the faster way: floats on a CPU with vector units, channels-last x, a kernel of
/// 3x3 and channels enough.
bool conv3x3_takes(const at::Tensor& x, const at::Tensor& weight);

/// x [N, C, H, W], weight [O, C, 3, 3] -> [N, O, H, W], channels-last: at::conv2d with padding 1.
at::Tensor conv3x3(const at::Tensor& x, const at::Tensor& weight);

}  // namespace ganvas::ops
