#pragma once
// Tensors of random numbers on the CPU, drawn one value after the other, so that they are the same on every machine.

#include <torch/torch.h>

#include "core/random.h"

namespace ganvas {

/// N(0, 1) float.
at::Tensor draw_normal(at::IntArrayRef sizes, RandomStream& random);
/// Uniform in [0, 1), float.
at::Tensor draw_uniform(at::IntArrayRef sizes, RandomStream& random);

}  // namespace ganvas
