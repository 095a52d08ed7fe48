#pragma once
// The way back through what stands around a convolution: its epilogue, and the style that its input was scaled by. Each
// is one pass over memory. Float, channels-last, on the CPU. The order of all sums depends on the sizes alone.

#include <cstdint>

#include "ops/vector/epilogue.h"
#include "ops/vector/pixel_sums.h"

namespace ganvas::ops {

/// Gradients of an epilogue's parts; what is null is left out.
struct EpilogueSums {
  float* scale = nullptr;  ///< [pictures, channels]
  float* bias = nullptr;   ///< [pictures, channels], the bias's own is their sum
  float* noise = nullptr;  ///< [pictures, pixels]
};

/// From y, which `end` has finished, and its gradient dy to the gradient dx of what `end` was given. A value at the
/// clamp has no slope.
void epilogue_gradient(const PixelShape& shape, const Epilogue& end, const float* y, const float* dy, float* dx,
                       const EpilogueSums& sums);

/// From the gradient of x * style to that of x, in place, and to that of style [pictures, channels].
void style_gradient(const PixelShape& shape, const float* x, const float* style, float* gradient, float* dstyle);

}  // namespace ganvas::ops
