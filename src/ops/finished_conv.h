#pragma once
// A convolution of channels-last floats on the CPU with all that stands around it in StyleGAN2 in one pass, forward and
// back: style, resampling, norm, noise, bias and activation.

#include <ATen/ATen.h>

#include "ops/bias_act/bias_act.h"
#include "ops/conv/convolution.h"

namespace ganvas::ops {

struct FinishedConvOptions {
  ConvSteps steps;
  int up = 1;          ///< 2: transposed, then `filter` in such a way that the size doubles
  at::Tensor filter;   ///< [K, K], of the upsampling
  BiasActOptions act;  ///< linear, relu or lrelu
};

/// All but x and weight may be undefined.
struct FinishedConvTensors {
  at::Tensor x;       ///< [N, C, H, W]
  at::Tensor weight;  ///< [O, C, K, K]; upsampling as in modulated_conv2d() with flip_weight false
  at::Tensor style;   ///< [N, C], scales x
  at::Tensor scale;   ///< [N, O], of the sums
  at::Tensor noise;   ///< [H', W'] or [N, 1, H', W']
  at::Tensor bias;    ///< [O]
};

/// Whether the kernels take these: convolution_takes(), an activation that the epilogue knows, and upsampling by two
/// with a filter that is a product.
bool finished_conv_takes(const at::Tensor& x, const at::Tensor& weight, const FinishedConvOptions& options);

/// bias_act(scale * conv(x * style) + noise, bias), channels-last. Differentiable any number of times.
at::Tensor finished_conv(const FinishedConvTensors& tensors, const FinishedConvOptions& options);

/// The weight in the order in which finished_conv_packed() reads it.
at::Tensor packed_for_finished_conv(const at::Tensor& weight, const FinishedConvOptions& options);
/// The same without gradients, with tensors.weight packed by packed_for_finished_conv().
at::Tensor finished_conv_packed(const FinishedConvTensors& tensors, const at::Tensor& packed,
                                const FinishedConvOptions& options);

}  // namespace ganvas::ops
