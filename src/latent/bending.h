#pragma once
// Network bending (Broad et al. 2021): what happens to a layer's output on the way to the next. Pure functions of
// tensors.

#include <ATen/ATen.h>

#include "latent/controls.h"

namespace ganvas::latent {

/// x [N, C, H, W] of the bend's layer -> the same shape; the channels that it is not about stay as they are.
at::Tensor bend_channels(const at::Tensor& x, const Bend& bend);

}  // namespace ganvas::latent
