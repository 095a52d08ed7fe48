#include "core/pictures/contact_sheet.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.h"

namespace ganvas {
namespace {

void paste(const Image& picture, Image& sheet, int left, int top) {
  for (int y = 0; y < picture.height; ++y) {
    const std::uint8_t* from = picture.at(0, y);
    std::uint8_t* to = sheet.at(left, top + y);
    for (int x = 0; x < picture.width; ++x, from += picture.channels, to += 4) {
      const bool grey = picture.channels <= 2;
      to[0] = from[0];
      to[1] = from[grey ? 0 : 1];
      to[2] = from[grey ? 0 : 2];
      to[3] = picture.channels % 2 == 0 ? from[picture.channels - 1] : 255;
    }
  }
}

}  // namespace

Image make_contact_sheet(std::span<const Image> pictures, int columns, int gap, Rgba background) {
  require(!pictures.empty(), "A contact sheet needs at least one picture.");
  require(columns >= 0 && gap >= 0, "A contact sheet cannot have {} columns with a gap of {} pixels.", columns, gap);
  const int count = static_cast<int>(pictures.size());
  if (columns == 0) columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
  const int rows = (count + columns - 1) / columns;
  int cell_width = 0;
  int cell_height = 0;
  for (const Image& picture : pictures) {
    require(!picture.empty() && picture.channels <= 4, "Picture {} of the sheet is empty or has {} channels.",
            &picture - pictures.data() + 1, picture.channels);
    cell_width = std::max(cell_width, picture.width);
    cell_height = std::max(cell_height, picture.height);
  }
  Image sheet(columns * (cell_width + gap) - gap, rows * (cell_height + gap) - gap, 4);
  for (std::size_t i = 0; i < sheet.pixels.size(); i += 4) {
    sheet.pixels[i] = background.r;
    sheet.pixels[i + 1] = background.g;
    sheet.pixels[i + 2] = background.b;
    sheet.pixels[i + 3] = background.a;
  }
  for (int i = 0; i < count; ++i) {
    const Image& picture = pictures[static_cast<std::size_t>(i)];
    paste(picture, sheet, i % columns * (cell_width + gap) + (cell_width - picture.width) / 2,
          i / columns * (cell_height + gap) + (cell_height - picture.height) / 2);
  }
  return sheet;
}

}  // namespace ganvas
