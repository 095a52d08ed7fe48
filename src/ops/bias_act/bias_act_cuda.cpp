#include <c10/cuda/CUDAStream.h>

#include "ops/bias_act/bias_act_device.h"
#include "ops/bias_act/bias_act_kernel.h"
#include "ops/dispatch/element_type_cuda.h"

namespace ganvas::ops {

void bias_act_on_device(const BiasActShape& shape, const BiasActTensors& tensors) {
  const auto address = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.const_data_ptr() : nullptr; };
  const BiasActArrays arrays{address(tensors.x), address(tensors.bias), address(tensors.dy), address(tensors.ddx),
                             tensors.out.mutable_data_ptr()};
  const auto stream = c10::cuda::getCurrentCUDAStream(tensors.x.get_device());
  const cudaError_t error = launch_bias_act(shape, element_type_of(tensors.x), arrays, stream.stream());
  require(error == cudaSuccess, "The GPU could not apply an activation: {}.", cudaGetErrorString(error));
}

}  // namespace ganvas::ops
