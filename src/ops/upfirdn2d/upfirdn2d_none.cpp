#include "core/error.h"
#include "ops/upfirdn2d/upfirdn2d_device.h"

namespace ganvas::ops {

void upfirdn2d_on_device(const UpfirdnShape&, const at::Tensor&, const at::Tensor&, at::Tensor&) {
  fail("This build of ganvas has no CUDA code; install nvcc and build again, or use --device cpu.");
}

}  // namespace ganvas::ops
