#include "core/error.h"
#include "ops/bias_act/bias_act_device.h"

namespace ganvas::ops {

void bias_act_on_device(const BiasActShape&, const BiasActTensors&) {
  fail("This build of ganvas has no CUDA code; install nvcc and build again, or use --device cpu.");
}

}  // namespace ganvas::ops
