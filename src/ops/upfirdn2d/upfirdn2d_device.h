#pragma once
// Where upfirdn2d hands over to the GPU: upfirdn2d_cuda.cpp in builds with CUDA, upfirdn2d_none.cpp in others.

#include <ATen/ATen.h>

#include "ops/upfirdn2d/upfirdn2d_element.h"

namespace ganvas::ops {

/// x [planes, y.in, x.in] and out [planes, y.out, x.out] contiguous on one GPU; filter [y.taps, x.taps] there too, of
/// type double when x is double and float otherwise. Runs on the current stream.
void upfirdn2d_on_device(const UpfirdnShape& shape, const at::Tensor& x, const at::Tensor& filter, at::Tensor& out);

}  // namespace ganvas::ops
