#pragma once
// One decoder a file format, and what they share. All throw Error with a reason that does not name the file.

#include <cstdint>
#include <string_view>

#include "core/image.h"

namespace ganvas::data::decode {

Image png(std::string_view bytes);
Image jpeg(std::string_view bytes);
Image webp(std::string_view bytes);
Image gif(std::string_view bytes);

/// Pixels that the header of a PNG, JPEG, WebP or GIF file claims; 0 when it cannot be told. Takes no memory.
std::int64_t claimed_pixels(std::string_view bytes);

/// Scans of a JPEG file. Takes no memory.
std::uint64_t jpeg_scans(std::string_view bytes);

/// Throws Error for a picture of no pixels, or of so many that no honest file has them.
void check_size(std::int64_t width, std::int64_t height);

/// `image` with its last channel (alpha, not premultiplied) laid over white: 2 channels become 1, 4 become 3.
Image over_white(const Image& image);

inline const std::uint8_t* data_of(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

}  // namespace ganvas::data::decode
