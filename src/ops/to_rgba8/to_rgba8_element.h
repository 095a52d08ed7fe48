#pragma once
// The arithmetic of to_rgba8, one output pixel at a time, for the CPU loop and the CUDA kernel alike.

#include <cstdint>

#include "core/host_device.h"

namespace ganvas::ops {

/// What a pixel needs to know: the pictures and how they lie in memory.
struct Rgba8Grid {
  const float* pictures = nullptr;  // [count, channels, height, width], strides below, in elements
  std::int64_t stride_n = 0, stride_c = 0, stride_h = 0, stride_w = 0;
  int count = 0, channels = 3, height = 0, width = 0;
  int columns = 1, rows = 1;
};

GANVAS_HD inline std::uint8_t byte_of(float value) {
  const float scaled = value * 127.5f + 128.0f;
  if (!(scaled > 0.0f)) return 0;  // also NaN
  return scaled >= 255.0f ? 255 : static_cast<std::uint8_t>(scaled);
}

/// -1 lets all of what lies behind through, 1 nothing.
GANVAS_HD inline float over_white(float value, float opacity) {
  const float share = opacity * 0.5f + 0.5f;
  if (!(share > 0.0f)) return 1.0f;  // also NaN
  return share >= 1.0f ? value : value * share + (1.0f - share);
}

/// Writes the four bytes of grid pixel (x, y).
GANVAS_HD inline void write_rgba8(const Rgba8Grid& grid, int x, int y, std::uint8_t* pixel) {
  const int column = x / grid.width;
  const int row = y / grid.height;
  const int index = row * grid.columns + column;
  if (index >= grid.count) {
    pixel[0] = pixel[1] = pixel[2] = pixel[3] = 0;
    return;
  }
  const float* at = grid.pictures + index * grid.stride_n + (y - row * grid.height) * grid.stride_h +
                    (x - column * grid.width) * grid.stride_w;
  const bool transparent = grid.channels % 2 == 0;
  for (int c = 0; c < 3; ++c) {
    const float value = at[grid.channels <= 2 ? 0 : c * grid.stride_c];
    pixel[c] = byte_of(transparent ? over_white(value, at[(grid.channels - 1) * grid.stride_c]) : value);
  }
  pixel[3] = 255;
}

}  // namespace ganvas::ops
