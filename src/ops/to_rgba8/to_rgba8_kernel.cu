#include "ops/to_rgba8/to_rgba8_kernel.h"

namespace ganvas::ops {
namespace {

__global__ void to_rgba8_kernel(Rgba8Grid grid, std::uint8_t* out) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  const int width = grid.columns * grid.width;
  if (x >= width || y >= grid.rows * grid.height) return;
  std::uint8_t pixel[4];
  write_rgba8(grid, x, y, pixel);
  // One aligned 32-bit store a thread: the warp writes whole lines.
  reinterpret_cast<uchar4*>(out)[static_cast<std::int64_t>(y) * width + x] =
      make_uchar4(pixel[0], pixel[1], pixel[2], pixel[3]);
}

}  // namespace

cudaError_t launch_to_rgba8(const Rgba8Grid& grid, std::uint8_t* out, cudaStream_t stream) {
  const dim3 block(32, 8);
  const dim3 blocks((grid.columns * grid.width + 31) / 32, (grid.rows * grid.height + 7) / 8);
  to_rgba8_kernel<<<blocks, block, 0, stream>>>(grid, out);
  return cudaGetLastError();
}

}  // namespace ganvas::ops
