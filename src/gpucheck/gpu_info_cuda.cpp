#include <c10/cuda/CUDACachingAllocator.h>
#include <cuda_runtime_api.h>

#include "core/error.h"
#include "core/files.h"
#include "gpucheck/result.h"

namespace ganvas::gpucheck {

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

std::size_t peak_gpu_bytes() {
  const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(0);
  return static_cast<std::size_t>(stats.allocated_bytes[0].peak);
}

void reset_peak_gpu_bytes() {
  c10::cuda::CUDACachingAllocator::emptyCache();
  c10::cuda::CUDACachingAllocator::resetPeakStats(0);
}

void limit_gpu_memory(double bytes) {
  c10::cuda::CUDACachingAllocator::emptyCache();
  cudaDeviceProp card{};
  cudaGetDeviceProperties(&card, 0);
  const double share = bytes > 0 ? bytes / static_cast<double>(card.totalGlobalMem) : 1.0;
  c10::cuda::CUDACachingAllocator::setMemoryFraction(share, 0);
}

}  // namespace ganvas::gpucheck
