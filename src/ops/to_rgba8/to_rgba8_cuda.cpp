#include <c10/cuda/CUDAStream.h>

#include "core/error.h"
#include "ops/to_rgba8/to_rgba8_device.h"
#include "ops/to_rgba8/to_rgba8_kernel.h"

namespace ganvas::ops {

void to_rgba8_on_device(const Rgba8Grid& grid, std::uint8_t* out, int device_index) {
  const auto stream = c10::cuda::getCurrentCUDAStream(static_cast<c10::DeviceIndex>(device_index));
  const cudaError_t error = launch_to_rgba8(grid, out, stream.stream());
  require(error == cudaSuccess, "The GPU could not turn the picture into bytes: {}.", cudaGetErrorString(error));
}

}  // namespace ganvas::ops
