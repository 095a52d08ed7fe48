#pragma once
// A line of text below a picture, with a small curve: what a timelapse says about each of its moments (cairo).

#include <string>
#include <vector>

#include "core/image.h"

namespace ganvas::media {

struct Caption {
  std::string text;                        ///< at the left
  std::vector<std::vector<float>> curves;  ///< at the right, each over the whole length, on one scale; may be empty
  double reached = 1;                      ///< the part of the curves, 0..1, that is drawn in full; the rest is faint
};

/// Pixels that a caption adds to a picture of that width.
int caption_height(int width);

/// RGB picture -> the same with caption_height() more rows below. Equal input gives equal pixels on one machine. Throws
/// Error for a picture of another kind or under 32 pixels wide.
Image with_caption(const Image& picture, const Caption& caption);

}  // namespace ganvas::media
