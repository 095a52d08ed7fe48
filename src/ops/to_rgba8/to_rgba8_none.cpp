#include "core/error.h"
#include "ops/to_rgba8/to_rgba8_device.h"

namespace ganvas::ops {

void to_rgba8_on_device(const Rgba8Grid&, std::uint8_t*, int) {
  fail("This build of ganvas has no CUDA code; install nvcc and build again, or use --device cpu.");
}

}  // namespace ganvas::ops
