#pragma once
// Convolutions of one pixel between many channels and few, as pictures have them: from channels-last features to
// planes with a kernel for each picture, which reads the features once. Floats on the CPU.

#include <ATen/ATen.h>

namespace ganvas::ops {

/// Floats on a CPU with vector units, channels-last x of a multiple of 8 channels, at most 4 planes.
bool to_planes_takes(const at::Tensor& x, std::int64_t planes);

/// x [N, C, H, W] channels-last, weight [N, O, C] -> [N, O, H, W], contiguous: sums over c of weight[n, o, c] *
/// x[n, c]. Differentiable any number of times.
at::Tensor to_planes(const at::Tensor& x, const at::Tensor& weight);

}  // namespace ganvas::ops
