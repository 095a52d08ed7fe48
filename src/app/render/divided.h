#pragma once
// Two pictures in one, with a divider between them.

#include <ATen/ATen.h>

namespace ganvas::app {

/// Of each of the `columns` pictures side by side, the part left of the divider from `a`, the rest from `b`, which is
/// scaled to fit. divider: 0..1 of a picture's width. RGBA bytes [H, W, 4].
at::Tensor divided(const at::Tensor& a, at::Tensor b, int columns, double divider);

}  // namespace ganvas::app
