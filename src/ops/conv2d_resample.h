#pragma once
// Convolutions that resample, and the modulated convolution of StyleGAN2 (Karras et al. 2019). Compositions of
// LibTorch's convolutions and upfirdn2d, differentiable any number of times.

#include <ATen/ATen.h>

#include <array>

#include "ops/bias_act/bias_act.h"

namespace ganvas::ops {

struct ResampleConvOptions {
  int up = 1, down = 1;                    ///< factors of the size, both axes
  std::array<int, 4> padding{0, 0, 0, 0};  ///< left, right, top, bottom of the convolution, in upsampled pixels
  int groups = 1;
  bool flip_weight = true;   ///< true: correlation, as LibTorch's convolutions; false: the kernel acts mirrored
  bool flip_filter = false;  ///< as in upfirdn2d
};

/// x [N, C, H, W], weight [O, C / groups, KH, KW], filter as in upfirdn2d: x is upsampled through the filter,
/// convolved, and downsampled through it.
at::Tensor conv2d_resample(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& filter,
                           const ResampleConvOptions& options = {});

/// bias_act() of its result and bias [O] or none, in one pass where the kernels for that are.
at::Tensor conv2d_resample_act(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                               const at::Tensor& filter, const ResampleConvOptions& options, const BiasActOptions& act);

struct ModulatedConvOptions {
  int up = 1;
  int padding = 0;         ///< all sides
  bool demodulate = true;  ///< scale each output channel to the variance of its input
  bool flip_weight = true;
};

/// x [N, C, H, W], weight [O, C, K, K], styles [N, C] -> x convolved with a kernel of its own for each picture: weight
/// scaled by its style along the input channels (and normalised along the output channels). Half precision normalises
/// weight and styles first, so that nothing overflows (Karras et al. 2020, ADA).
at::Tensor modulated_conv2d(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles,
                            const at::Tensor& filter, const ModulatedConvOptions& options = {});

}  // namespace ganvas::ops
