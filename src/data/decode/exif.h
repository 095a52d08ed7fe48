#pragma once
// The orientation that a camera wrote beside a JPEG picture.

#include <string_view>

#include "core/image.h"

namespace ganvas::data::decode {

/// EXIF tag 0x0112 of the bytes of a JPEG file, 1..8; 1 (upright) when there is none or it is damaged.
int exif_orientation(std::string_view jpeg);

/// The picture as it is meant to be seen (EXIF 2.3, table 6).
Image upright(Image image, int orientation);

}  // namespace ganvas::data::decode
