#include <png.h>

#include <memory>

#include "core/error.h"
#include "data/decode/decode.h"

namespace ganvas::data::decode {

Image png(std::string_view bytes) {
  png_image file{};
  file.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, void (*)(png_image*)> freed(&file, png_image_free);
  require(png_image_begin_read_from_memory(&file, bytes.data(), bytes.size()) != 0, "its PNG header is damaged ({})",
          file.message);
  check_size(file.width, file.height);
  // Files of 16 bits without a colour space are sRGB like all others, not linear.
  file.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  const bool color = (file.format & PNG_FORMAT_FLAG_COLOR) != 0;
  const bool alpha = (file.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  file.format = color ? (alpha ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB) : (alpha ? PNG_FORMAT_GA : PNG_FORMAT_GRAY);
  Image image(static_cast<int>(file.width), static_cast<int>(file.height),
              static_cast<int>(PNG_IMAGE_PIXEL_CHANNELS(file.format)));
  require(png_image_finish_read(&file, nullptr, image.pixels.data(), 0, nullptr) != 0,
          "its PNG data is cut short or damaged ({})", file.message);
  return alpha ? over_white(image) : image;
}

}  // namespace ganvas::data::decode
