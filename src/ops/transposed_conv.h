#pragma once
// A transposed convolution with what follows it in a generator, for looking, not for training: batch norm as a scale
// and a shift, and a leaky ReLU, with the kernel packed once for each version of the weight.

#include <ATen/ATen.h>

#include "ops/conv/packed_kernel.h"

namespace ganvas::ops {

struct TransposedConvOptions {
  int stride = 1, padding = 0;
  double slope = 1;  ///< below zero, 0..1: 0 relu, 1 linear
};

/// What a layer keeps from picture to picture. Not thread-safe.
class TransposedConv {
 public:
  /// Whether run() can take the layer's place: floats on a CPU with vector units, nothing that needs gradients.
  [[nodiscard]] static bool takes(const at::Tensor& x, const at::Tensor& weight);

  /// x [N, C, H, W], weight [C, O, K, K], scale and shift [O] or undefined ->
  /// lrelu(conv_transpose2d(x) * scale + shift).
  at::Tensor run(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& scale, const at::Tensor& shift,
                 const TransposedConvOptions& options);

 private:
  at::Tensor by_columns(const at::Tensor& x, const at::Tensor& weight, const TransposedConvOptions& options);

  PackedKernel kernel_;
};

}  // namespace ganvas::ops
