#include <webp/decode.h>

#include "data/decode/decode.h"

namespace ganvas::data::decode {
namespace {

std::int64_t big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::int64_t value = 0;
  for (std::size_t i = at; i < at + count; ++i) value = value << 8 | data_of(bytes)[i];
  return value;
}

/// Walks the segments to the frame header (ITU T.81, B.2.2).
std::int64_t jpeg_pixels(std::string_view bytes) {
  std::size_t at = 2;
  while (at + 9 <= bytes.size() && data_of(bytes)[at] == 0xFF) {
    const std::int64_t marker = big_endian(bytes, at + 1, 1);
    if (marker == 0xFF) {  // filling
      ++at;
      continue;
    }
    const bool other = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;  // tables among the frame headers
    if (marker >= 0xC0 && marker <= 0xCF && !other) return big_endian(bytes, at + 5, 2) * big_endian(bytes, at + 7, 2);
    if (marker == 0xDA) break;
    at += 2 + static_cast<std::size_t>(big_endian(bytes, at + 2, 2));
  }
  return 0;
}

}  // namespace

std::uint64_t jpeg_scans(std::string_view bytes) {
  std::uint64_t scans = 0;
  std::size_t at = 2;
  while (at + 4 <= bytes.size()) {
    // Between segments, and behind the header of a scan: to the next byte 0xFF that is no value of the picture.
    if (data_of(bytes)[at] != 0xFF || data_of(bytes)[at + 1] == 0xFF) {
      ++at;
      continue;
    }
    const std::int64_t marker = big_endian(bytes, at + 1, 1);
    const bool alone = marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD9);
    scans += marker == 0xDA ? 1 : 0;
    at += alone ? 2 : 2 + static_cast<std::size_t>(big_endian(bytes, at + 2, 2));
  }
  return scans;
}

std::int64_t claimed_pixels(std::string_view bytes) {
  if (bytes.size() < 24) return 0;
  const unsigned char* data = data_of(bytes);
  if (bytes.starts_with("\x89PNG"))
    return (big_endian(bytes, 16, 4) & 0x7fffffff) * (big_endian(bytes, 20, 4) & 0x7fffffff);
  if (bytes.starts_with("GIF8")) return std::int64_t{data[6] | data[7] << 8} * (data[8] | data[9] << 8);
  if (bytes.starts_with("\xff\xd8")) return jpeg_pixels(bytes);
  int width = 0, height = 0;
  return WebPGetInfo(data, bytes.size(), &width, &height) != 0 ? std::int64_t{width} * height : 0;
}

}  // namespace ganvas::data::decode
