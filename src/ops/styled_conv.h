#pragma once
// A whole layer of StyleGAN2's synthesis on the CPU: modulated convolution, resampling, noise, bias and activation.
// Where nothing learns, kernels are packed once for each version of the weights.

#include <ATen/ATen.h>

#include "ops/bias_act/bias_act.h"
#include "ops/conv/packed_kernel.h"

namespace ganvas::ops {

struct StyledConvOptions {
  int up = 1;              ///< 1 or 2
  bool demodulate = true;  ///< as in modulated_conv2d
  BiasActOptions act;      ///< linear, relu or lrelu
  at::Tensor filter;       ///< of the upsampling, as in upfirdn2d
};

/// What a layer keeps from picture to picture. Not thread-safe.
class StyledConv {
 public:
  /// Whether run() can take the layer's place: as finished_conv_takes().
  [[nodiscard]] static bool takes(const at::Tensor& x, const at::Tensor& weight, const StyledConvOptions& options);

  /// x [N, C, H, W], weight [O, C, K, K] (K = 3, or 1 without upsampling), styles [N, C], noise [H', W'] or
  /// [N, 1, H', W'] or undefined, bias [O] -> act(modulated_conv2d(x) + noise + bias), channels-last. Padding keeps the
  /// size, or doubles it. Differentiable any number of times.
  at::Tensor run(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles, const at::Tensor& noise,
                 const at::Tensor& bias, const StyledConvOptions& options);

 private:
  PackedKernel kernel_;
  PackedKernel squares_;  // [C, O], sums over the taps
};

}  // namespace ganvas::ops
