#pragma once
// Launches the kernel. No torch: nvcc need not read LibTorch's headers.

#include <cuda_runtime_api.h>

#include "ops/bias_act/bias_act_element.h"
#include "ops/dispatch/element_type.h"

namespace ganvas::ops {

/// Device arrays of `type`; bias may be null, dy and ddx are read only by the orders that need them.
struct BiasActArrays {
  const void* x = nullptr;
  const void* bias = nullptr;
  const void* dy = nullptr;
  const void* ddx = nullptr;
  void* out = nullptr;
};

cudaError_t launch_bias_act(const BiasActShape& shape, ElementType type, const BiasActArrays& arrays,
                            cudaStream_t stream);

}  // namespace ganvas::ops
