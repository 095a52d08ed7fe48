#pragma once

#include <ATen/ATen.h>

#include "core/error.h"
#include "ops/dispatch/element_type.h"

namespace ganvas::ops {

/// Throws Error for a type that the kernels do not know.
inline ElementType element_type_of(const at::Tensor& x) {
  switch (x.scalar_type()) {
    case at::kHalf:
      return ElementType::f16;
    case at::kFloat:
      return ElementType::f32;
    case at::kDouble:
      return ElementType::f64;
    default:
      fail("The GPU operators work on half, float and double tensors, not on {}.", c10::toString(x.scalar_type()));
  }
}

}  // namespace ganvas::ops
