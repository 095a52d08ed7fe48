#pragma once
// Many pictures on one sheet.

#include <cstdint>
#include <span>

#include "core/image.h"

namespace ganvas {

/// An 8-bit sRGB colour, alpha not premultiplied.
struct Rgba {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  std::uint8_t a = 255;
};

/// Puts pictures on an RGBA sheet, row by row, in `columns` columns (0: as near to a square as possible) with `gap`
/// pixels of `background` between them and none around. Cells have the size of the largest picture; smaller ones are
/// centred. Pictures have 1 to 4 channels and may differ. Throws Error when there is no picture or an empty one.
Image make_contact_sheet(std::span<const Image> pictures, int columns = 0, int gap = 0, Rgba background = {});

}  // namespace ganvas
