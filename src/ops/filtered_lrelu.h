#pragma once
// The nonlinearity of StyleGAN3 (Karras et al. 2021): leaky ReLU at a higher sampling rate, so that it cannot alias.

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <optional>

namespace ganvas::ops {

struct FilteredLreluOptions {
  int up = 1, down = 1;                    ///< sampling rate of the leaky ReLU, and of the result
  std::array<int, 4> padding{0, 0, 0, 0};  ///< left, right, top, bottom, in upsampled pixels
  double gain = 1.4142135623730951;
  double slope = 0.2;
  std::optional<double> clamp;  ///< limits the activations to -clamp..clamp
  bool flip_filter = false;
};

/// x [N, C, H, W], bias [C] or undefined: adds the bias, upsamples through up_filter, applies the leaky ReLU with gain
/// and clamp, downsamples through down_filter. Filters as in upfirdn2d. Differentiable any number of times.
at::Tensor filtered_lrelu(const at::Tensor& x, const at::Tensor& up_filter, const at::Tensor& down_filter,
                          const at::Tensor& bias, const FilteredLreluOptions& options = {});

}  // namespace ganvas::ops
