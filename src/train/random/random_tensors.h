#pragma once
// Tensors of random numbers on the CPU, drawn one value after the other, so that they are the same on every machine.

#include <ATen/ATen.h>

#include "core/random.h"

namespace ganvas::train {

/// N(0, 1) float.
at::Tensor draw_normal(at::IntArrayRef sizes, RandomStream& random);
/// Uniform in [0, 1), float.
at::Tensor draw_uniform(at::IntArrayRef sizes, RandomStream& random);

}  // namespace ganvas::train
