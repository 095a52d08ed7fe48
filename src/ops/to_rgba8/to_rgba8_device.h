#pragma once
// Where to_rgba8 hands a grid over to the GPU: to_rgba8_cuda.cpp in builds with CUDA, to_rgba8_none.cpp in others.

#include "ops/to_rgba8/to_rgba8_element.h"

namespace ganvas::ops {

/// Fills `out` (device memory, [rows * height, columns * width, 4]) on the current stream of device `device_index`.
void to_rgba8_on_device(const Rgba8Grid& grid, std::uint8_t* out, int device_index);

}  // namespace ganvas::ops
