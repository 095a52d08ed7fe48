#include "gpucheck/result.h"

namespace ganvas {

GpuInfo gpu_info() {
  return {false, "this build has no CUDA code"};
}

}  // namespace ganvas
