#pragma once
// How pictures come to the size that a feature network takes. The choice moves a FID by more than many a new method
// does (Parmar et al. 2022, "On aliased resizing and surprising subtleties in GAN evaluation"); names as there.

#include <ATen/ATen.h>

#include <string>
#include <vector>

namespace ganvas::metrics {

enum class ResizeMode {
  /// Bytes of their own size go into the program. NVIDIA's TorchScript of the Inception of 2015-12-05 scales them
  /// inside as the graph of TensorFlow 1 did: bilinear, pixels counted from their corners, no antialiasing.
  legacy_tensorflow,
  /// Bicubic with antialiasing (a = -0.5, Pillow's), not rounded to bytes, cut to 0..255.
  clean,
  /// torch's bilinear interpolation of floats without antialiasing, pixels counted from their centres.
  legacy_pytorch,
};

std::string to_string(ResizeMode mode);
/// Throws Error naming the choices.
ResizeMode resize_mode_from(const std::string& name);
std::vector<std::string> resize_mode_names();

/// pictures [N, C, H, W] uint8 -> as they are for legacy_tensorflow, else [N, C, side, side] float in 0..255. On the
/// pictures' device.
at::Tensor scaled_for_extractor(const at::Tensor& pictures, ResizeMode mode, std::int64_t side);

}  // namespace ganvas::metrics
