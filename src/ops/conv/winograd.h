#pragma once
// 3x3 convolutions with stride 1 and zero padding 1 by Winograd's minimal filtering F(2x2, 3x3) (Lavin and Gray 2016):
// 4 multiplications for each output instead of 9. Its transforms add and halve only, so that single precision stays as
// exact as the plain sum. Float, channels-last, on the CPU.

#include <cstdint>

#include "ops/conv/weight_steps.h"
#include "ops/vector/epilogue.h"

namespace ganvas::ops::winograd {

struct Shape {
  std::int64_t pictures = 0, height = 0, width = 0, from = 0, to = 0;
};

/// Whether the kernels take so many channels: multiples of 8.
constexpr bool takes(std::int64_t from, std::int64_t to) {
  return from % 8 == 0 && to % 8 == 0;
}

/// Floats that pack() fills.
std::int64_t packed_size(std::int64_t from, std::int64_t to);
/// A 3x3 weight, transformed, in the order in which convolve() reads it. `flip` mirrors the kernel.
void pack(const float* weight, const WeightSteps& steps, std::int64_t from, std::int64_t to, bool flip, float* packed);

/// x [pictures, height, width, from] -> out [pictures, height, width, to]. `style` [pictures, from] scales the input;
/// null: not.
void convolve(const Shape& shape, const float* x, const float* style, const float* packed, const Epilogue& end,
              float* out);

/// The gradient of a plain convolve() in its weight: [to, from, 3, 3] contiguous, from x, its style (or null) and the
/// gradient dy of out. The order of its sums does not depend on the number of threads.
void weight_gradient(const Shape& shape, const float* x, const float* style, const float* dy, float* gradient);

}  // namespace ganvas::ops::winograd
