#include "gpucheck/result.h"

namespace ganvas::gpucheck {

GpuInfo gpu_info() {
  return {false, "this build has no CUDA code"};
}

// Asked for only where there is a card.
std::size_t peak_gpu_bytes() {
  return 0;
}
void reset_peak_gpu_bytes() {}
void limit_gpu_memory(double) {}

}  // namespace ganvas::gpucheck
