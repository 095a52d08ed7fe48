#include <cuda_runtime_api.h>

#include "core/error.h"
#include "core/files.h"
#include "gpucheck/result.h"

namespace ganvas {

GpuInfo gpu_info() {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess || count == 0) {
    cudaGetLastError();
    return {false, fmt::format("this machine has no usable NVIDIA GPU ({})", cudaGetErrorString(error))};
  }
  cudaDeviceProp card{};
  int driver = 0;
  cudaGetDeviceProperties(&card, 0);
  cudaDriverGetVersion(&driver);
  return {true, fmt::format("{}, compute {}.{}, {}, driver for CUDA {}.{}", card.name, card.major, card.minor,
                            human_bytes(card.totalGlobalMem), driver / 1000, driver % 1000 / 10)};
}

}  // namespace ganvas
