#pragma once
// Convolutions of any kernel, stride and padding as plain sums, and transposed ones phase by phase, so that no zero is
// ever multiplied. Float, channels-last, on the CPU.

#include <cstdint>

#include "ops/conv/weight_steps.h"
#include "ops/vector/epilogue.h"

namespace ganvas::ops::direct {

struct Shape {
  std::int64_t pictures = 0, from = 0, to = 0;
  std::int64_t in_height = 0, in_width = 0, out_height = 0, out_width = 0;
  int kernel_height = 1, kernel_width = 1;
  int stride = 1, pad_y = 0, pad_x = 0;
  /// false: out[o] sums x[o * stride + k - pad] * w[k]; true: x[i] * w[k] for all i * stride + k - pad == o.
  bool transposed = false;
};

/// Floats that pack() fills.
std::int64_t packed_size(const Shape& shape);
/// A weight in the order in which convolve() reads it.
void pack(const Shape& shape, const float* weight, const WeightSteps& steps, float* packed);

/// x [pictures, in_height, in_width, from] -> out [pictures, out_height, out_width, to].
void convolve(const Shape& shape, const float* x, const float* packed, const Epilogue& end, float* out);

/// The gradient of a plain convolve() that is not transposed in its weight: gradient [kernel_height, kernel_width,
/// from, to], from x and the gradient dy of out. The order of its sums does not depend on the number of threads.
void weight_gradient(const Shape& shape, const float* x, const float* dy, float* gradient);

}  // namespace ganvas::ops::direct
