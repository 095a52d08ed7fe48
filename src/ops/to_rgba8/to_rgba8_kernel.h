#pragma once
// Launches the kernel. No torch: nvcc need not read LibTorch's headers.

#include <cuda_runtime_api.h>

#include "ops/to_rgba8/to_rgba8_element.h"

namespace ganvas::ops {

cudaError_t launch_to_rgba8(const Rgba8Grid& grid, std::uint8_t* out, cudaStream_t stream);

}  // namespace ganvas::ops
