#include "train/samples/sheet.h"

#include <algorithm>

#include "core/error.h"

namespace ganvas::train {

Image sheet_of(const std::vector<Image>& pictures, int columns) {
  require(!pictures.empty() && columns >= 1, "A sheet needs at least one picture and one column.");
  const Image& first = pictures.front();
  const int rows = (static_cast<int>(pictures.size()) + columns - 1) / columns;
  Image sheet(columns * first.width, rows * first.height, 4);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const Image& picture = pictures[i];
    require(picture.width == first.width && picture.height == first.height, "Picture {} of a sheet has another size.",
            i);
    const int left = static_cast<int>(i) % columns * first.width;
    const int top = static_cast<int>(i) / columns * first.height;
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) {
        const std::uint8_t* from = picture.at(x, y);
        std::uint8_t* to = sheet.at(left + x, top + y);
        for (int k = 0; k < 3; ++k) to[k] = picture.channels == 1 ? from[0] : from[k];
        to[3] = picture.channels == 4 ? from[3] : 255;
      }
    }
  }
  return sheet;
}

}  // namespace ganvas::train
