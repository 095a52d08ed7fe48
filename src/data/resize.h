#pragma once
// Pictures of any size to the square that a network sees. Any thread.

#include "core/image.h"

namespace ganvas::data {

/// The centred square of `image`, scaled to side x side: by the mean over each pixel's area when it shrinks (no
/// aliasing, no blur), bilinear when it grows, untouched when it fits. Same channels. Throws Error when side < 1 or
/// the picture is empty.
Image square_of(const Image& image, int side);

/// The picture with `channels` 1 (grey by Rec. 601 luma) or 3 (RGB). It has 1 or 3 itself.
Image with_channels(const Image& image, int channels);

/// Throws Error unless pictures can be scaled to `side` x `side` pixels (1..4096) and have `channels` (1 or 3).
void check_picture_form(int side, int channels);

}  // namespace ganvas::data
