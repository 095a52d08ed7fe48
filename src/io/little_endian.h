#pragma once
// Numbers in the bytes of a file.

#include <cstdint>
#include <string_view>

namespace ganvas::io {

/// The number that `count` bytes from `at` on are, the lowest first; at most 8, all of them within `bytes`.
inline std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace ganvas::io
