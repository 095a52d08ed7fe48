#pragma once
// The last step of every picture: floats of a generator to one grid of RGBA bytes.

#include <ATen/ATen.h>

namespace ganvas::ops {

/// Writes pictures as one grid, row by row from the top left; cells past the last picture become transparent black.
///   pictures  [N, C, H, W] float32 or float16, any strides, -1..1 (outside is clamped); C 1 (grey), 2 (grey and
///             opacity), 3 (RGB) or 4 (RGB and opacity); what is not opaque lies over white
///   columns   pictures side by side, at least 1; the grid has ceil(N / columns) rows
///   out       uint8 [rows * H, columns * W, 4] on the same device; made or resized when it does not fit
/// A value v becomes the byte floor(127.5 * v + 128), clamped to 0..255, as in the public StyleGAN programs; alpha is
/// 255. On CUDA the kernel runs on the current stream and nothing waits. Throws Error for other shapes and types.
void to_rgba8(const at::Tensor& pictures, int columns, at::Tensor& out);

}  // namespace ganvas::ops
