#pragma once
// Launches the kernel. No torch: nvcc need not read LibTorch's headers.

#include <cuda_runtime_api.h>

#include "ops/dispatch/element_type.h"
#include "ops/upfirdn2d/upfirdn2d_element.h"

namespace ganvas::ops {

/// x [planes, y.in, x.in], out [planes, y.out, x.out], both of `type`; filter [y.taps, x.taps] double for f64, float
/// for the others.
cudaError_t launch_upfirdn2d(const UpfirdnShape& shape, ElementType type, const void* x, const void* filter, void* out,
                             cudaStream_t stream);

}  // namespace ganvas::ops
