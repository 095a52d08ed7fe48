#include <c10/cuda/CUDAStream.h>

#include "ops/dispatch/element_type_cuda.h"
#include "ops/upfirdn2d/upfirdn2d_device.h"
#include "ops/upfirdn2d/upfirdn2d_kernel.h"

namespace ganvas::ops {

void upfirdn2d_on_device(const UpfirdnShape& shape, const at::Tensor& x, const at::Tensor& filter, at::Tensor& out) {
  const auto stream = c10::cuda::getCurrentCUDAStream(x.get_device());
  const cudaError_t error = launch_upfirdn2d(shape, element_type_of(x), x.const_data_ptr(), filter.const_data_ptr(),
                                             out.mutable_data_ptr(), stream.stream());
  require(error == cudaSuccess, "The GPU could not filter the picture: {}.", cudaGetErrorString(error));
}

}  // namespace ganvas::ops
