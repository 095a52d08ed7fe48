// Own kernels against their CPU loops, which share the arithmetic of each element.
#include "core/error.h"
#include "gpucheck/guard.h"
#include "ops/to_rgba8.h"

namespace ganvas {
namespace {

std::pair<bool, std::string> to_rgba8_agrees() {
  std::int64_t pixels = 0, differing = 0;
  for (const int channels : {1, 3}) {
    for (const int side : {5, 64, 512}) {
      for (const int count : {1, 6}) {
        const at::Tensor pictures = at::randn({count, channels, side, side});
        at::Tensor on_cpu, on_gpu_bytes;
        to_rgba8(pictures, 4, on_cpu);
        to_rgba8(pictures.to(at::kCUDA), 4, on_gpu_bytes);
        differing += (on_gpu_bytes.cpu() != on_cpu).sum().item<std::int64_t>();
        pixels += on_cpu.numel() / 4;
      }
    }
  }
  // The GPU may fuse the multiply and the add; a value on the edge between two bytes may then fall on either side.
  return {differing <= pixels / 10000, fmt::format("{} of {} pixels differ in a byte", differing, pixels)};
}

}  // namespace

std::vector<CheckResult> check_operators(const GpuInfo& gpu) {
  return {on_gpu(gpu, "to_rgba8: CUDA kernel against the CPU loop", to_rgba8_agrees)};
}

}  // namespace ganvas
