#include "core/image.h"

#include <cstring>

#include "core/error.h"

namespace ganvas {

Image copy_of(const ImageView& view) {
  require(view.device == Device::cpu, "A picture in GPU memory was handed to code that reads host memory.");
  Image image(view.width, view.height, view.channels);
  for (int y = 0; y < view.height; ++y) std::memcpy(image.at(0, y), view.row(y), image.stride());
  return image;
}

}  // namespace ganvas
