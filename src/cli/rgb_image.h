#pragma once
// Tensors as pictures for files.

#include <ATen/ATen.h>

#include "core/image.h"

namespace ganvas::cli {

/// RGBA bytes [H, W, 4] on any device -> an RGB picture.
Image rgb_image(const at::Tensor& rgba);

}  // namespace ganvas::cli
