#pragma once
// Where bias_act hands over to the GPU: bias_act_cuda.cpp in builds with CUDA, bias_act_none.cpp in others.

#include <ATen/ATen.h>

#include "ops/bias_act/bias_act_element.h"

namespace ganvas::ops {

/// Tensors of one type and one dense layout; undefined where the order does not need them or there is no bias.
struct BiasActTensors {
  at::Tensor x, bias, dy, ddx, out;
};

/// Fills tensors.out, all on one GPU, on the current stream.
void bias_act_on_device(const BiasActShape& shape, const BiasActTensors& tensors);

}  // namespace ganvas::ops
