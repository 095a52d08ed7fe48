#include "ops/bias_act/bias_act_kernel.h"

#include <cuda_fp16.h>

namespace ganvas::ops {
namespace {

template <Activation A, BiasActOrder Order, typename Sum, typename Sample>
__global__ void bias_act_kernel(BiasActShape shape, BiasActArrays arrays) {
  const BiasActScale<Sum> scale{static_cast<Sum>(shape.alpha), static_cast<Sum>(shape.gain),
                                static_cast<Sum>(shape.clamp)};
  const auto read = [](const void* array, std::int64_t i) {
    return array == nullptr ? Sum(0) : static_cast<Sum>(static_cast<const Sample*>(array)[i]);
  };
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < shape.count;
       i += stride) {
    const Sum v = read(arrays.x, i) + read(arrays.bias, (i / shape.inner) % shape.channels);
    const Sum dy = Order == BiasActOrder::value ? Sum(0) : read(arrays.dy, i);
    const Sum ddx = Order == BiasActOrder::curvature ? read(arrays.ddx, i) : Sum(0);
    static_cast<Sample*>(arrays.out)[i] = static_cast<Sample>(bias_act_element<A, Order>(scale, v, dy, ddx));
  }
}

template <Activation A, BiasActOrder Order>
void launch_typed(const BiasActShape& shape, ElementType type, const BiasActArrays& arrays, cudaStream_t stream) {
  const std::int64_t wanted = (shape.count + 255) / 256;
  const auto blocks = static_cast<unsigned>(wanted < 65536 ? wanted : 65536);
  switch (type) {
    case ElementType::f16:
      bias_act_kernel<A, Order, float, __half><<<blocks, 256, 0, stream>>>(shape, arrays);
      break;
    case ElementType::f32:
      bias_act_kernel<A, Order, float, float><<<blocks, 256, 0, stream>>>(shape, arrays);
      break;
    case ElementType::f64:
      bias_act_kernel<A, Order, double, double><<<blocks, 256, 0, stream>>>(shape, arrays);
      break;
  }
}

struct Launch {
  const BiasActShape& shape;
  ElementType type;
  const BiasActArrays& arrays;
  cudaStream_t stream;

  template <Activation A>
  void operator()() const {
    switch (shape.order) {
      case BiasActOrder::value:
        return launch_typed<A, BiasActOrder::value>(shape, type, arrays, stream);
      case BiasActOrder::slope:
        return launch_typed<A, BiasActOrder::slope>(shape, type, arrays, stream);
      case BiasActOrder::curvature:
        return launch_typed<A, BiasActOrder::curvature>(shape, type, arrays, stream);
    }
  }
};

}  // namespace

cudaError_t launch_bias_act(const BiasActShape& shape, ElementType type, const BiasActArrays& arrays,
                            cudaStream_t stream) {
  if (shape.count > 0) with_activation(shape.activation, Launch{shape, type, arrays, stream});
  return cudaGetLastError();
}

}  // namespace ganvas::ops
