#pragma once
// Picture files made with the libraries that own the formats.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/image.h"

namespace ganvas::test {

struct PngFile {
  int width = 0, height = 0;
  int depth = 8;                   ///< bits a sample
  int color = 2;                   ///< PNG_COLOR_TYPE_*
  std::vector<std::uint8_t> rows;  ///< as in the file: 16-bit samples big-endian, small ones packed
  std::vector<std::array<std::uint8_t, 4>> palette = {};  ///< RGBA; for color type 3
};
std::string encode_png(const PngFile& file);
std::string encode_png(const Image& image);

/// Quality 100, no chroma subsampling. Channels 1 grey, 3 RGB, 4 CMYK in Adobe's sense (255 is no ink).
std::string encode_jpeg(const Image& image);
/// The JPEG with an EXIF segment that holds only the orientation, in either byte order.
std::string with_orientation(const std::string& jpeg, int orientation, bool little_endian);

/// Lossless; channels 3 or 4.
std::string encode_webp(const Image& image);
std::string encode_animated_webp(const std::vector<Image>& frames);

struct GifFile {
  int width = 0, height = 0;  ///< of the screen
  int left = 0, top = 0;      ///< of the frame
  int frame_width = 0, frame_height = 0;
  bool interlaced = false;
  int transparent = -1;
  std::vector<std::uint8_t> indices;                 ///< [frame_height, frame_width]
  std::vector<std::array<std::uint8_t, 3>> palette;  ///< 2^n colours
  int frames = 1;                                    ///< later frames are all colour 0
};
std::string encode_gif(const GifFile& file);

}  // namespace ganvas::test
