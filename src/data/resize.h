#pragma once
// Pictures of any size to the one that a network sees. Any thread.

#include "core/image.h"

namespace ganvas::data {

/// The largest part in the middle of `image` that has the shape of width x height, scaled to it: by the mean over each
/// pixel's area when it shrinks (no aliasing, no blur), bilinear when it grows, untouched when it fits. Same channels.
/// Throws Error when a side is < 1 or the picture is empty.
Image part_of(const Image& image, int width, int height);
/// The same of a square.
inline Image square_of(const Image& image, int side) {
  return part_of(image, side, side);
}

/// The picture with `channels` 1 (grey by Rec. 601 luma), 3 (RGB), or one more, which is how opaque it is: wholly. It
/// has 1 or 3 itself.
Image with_channels(const Image& image, int channels);

/// Throws Error unless pictures can be scaled to this size (1..4096 each) and have `channels` (1 to 4).
void check_picture_form(int width, int height, int channels);

}  // namespace ganvas::data
