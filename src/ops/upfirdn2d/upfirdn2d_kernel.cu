#include <cuda_fp16.h>

#include "ops/upfirdn2d/upfirdn2d_kernel.h"

namespace ganvas::ops {
namespace {

template <typename Sum, typename Sample>
__global__ void upfirdn2d_kernel(UpfirdnShape shape, const Sample* x, const Sum* filter, Sample* out) {
  const int ox = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int oy = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (ox >= shape.x.out || oy >= shape.y.out) return;
  const std::int64_t in_plane = static_cast<std::int64_t>(shape.x.in) * shape.y.in;
  const std::int64_t out_plane = static_cast<std::int64_t>(shape.x.out) * shape.y.out;
  const std::int64_t at = static_cast<std::int64_t>(oy) * shape.x.out + ox;
  for (std::int64_t plane = blockIdx.z; plane < shape.planes; plane += gridDim.z)
    out[plane * out_plane + at] =
        static_cast<Sample>(upfirdn_element<Sum>(shape, x + plane * in_plane, filter, oy, ox));
}

template <typename Sum, typename Sample>
cudaError_t launch(const UpfirdnShape& shape, const void* x, const void* filter, void* out, cudaStream_t stream) {
  const dim3 block(32, 8);
  const dim3 blocks((shape.x.out + 31) / 32, (shape.y.out + 7) / 8,
                    static_cast<unsigned>(shape.planes < 65535 ? shape.planes : 65535));
  upfirdn2d_kernel<Sum, Sample><<<blocks, block, 0, stream>>>(
      shape, static_cast<const Sample*>(x), static_cast<const Sum*>(filter), static_cast<Sample*>(out));
  return cudaGetLastError();
}

}  // namespace

cudaError_t launch_upfirdn2d(const UpfirdnShape& shape, ElementType type, const void* x, const void* filter, void* out,
                             cudaStream_t stream) {
  switch (type) {
    case ElementType::f16:
      return launch<float, __half>(shape, x, filter, out, stream);
    case ElementType::f32:
      return launch<float, float>(shape, x, filter, out, stream);
    case ElementType::f64:
      return launch<double, double>(shape, x, filter, out, stream);
  }
  return cudaErrorInvalidValue;
}

}  // namespace ganvas::ops
