#include "data/decode/exif.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "data/decode/decode.h"

namespace ganvas::data::decode {
namespace {

/// Numbers of a TIFF structure, in its own byte order; reads past the end give 0.
struct Tiff {
  std::string_view bytes;
  bool little = false;

  [[nodiscard]] std::uint32_t number(std::size_t offset, std::size_t count) const {
    if (offset > bytes.size() || bytes.size() - offset < count) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value << 8 | data_of(bytes)[offset + (little ? count - 1 - i : i)];
    }
    return value;
  }
};

int orientation_of(std::string_view bytes) {
  const Tiff tiff{bytes, bytes.substr(0, 2) == "II"};
  const std::size_t folder = tiff.number(4, 4);
  const std::size_t entries = tiff.number(folder, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = folder + 2 + 12 * i;
    if (tiff.number(entry, 2) != 0x0112) continue;
    const auto value = static_cast<int>(tiff.number(entry + 8, 2));
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

}  // namespace

int exif_orientation(std::string_view jpeg) {
  constexpr std::string_view exif{"Exif\0\0", 6};
  const Tiff file{jpeg, false};
  std::size_t at = 2;
  while (at + 4 <= jpeg.size() && file.number(at, 1) == 0xFF) {
    const std::uint32_t marker = file.number(at + 1, 1);
    if (marker == 0xFF) {  // filling
      ++at;
      continue;
    }
    const std::size_t length = file.number(at + 2, 2);
    if (marker == 0xDA || marker == 0xD9 || length < 2) break;
    const std::string_view segment = jpeg.substr(at + 4, length - 2);
    if (marker == 0xE1 && segment.starts_with(exif)) return orientation_of(segment.substr(exif.size()));
    at += 2 + length;
  }
  return 1;
}

Image upright(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const bool turned = orientation >= 5;  // rows and columns change places
  Image result(turned ? image.height : image.width, turned ? image.width : image.height, image.channels);
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      int from_x = turned ? y : x;
      int from_y = turned ? x : y;
      if (flip_x) from_x = image.width - 1 - from_x;
      if (flip_y) from_y = image.height - 1 - from_y;
      std::copy_n(std::as_const(image).at(from_x, from_y), image.channels, result.at(x, y));
    }
  }
  return result;
}

}  // namespace ganvas::data::decode
