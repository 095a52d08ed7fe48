#include "io/pickle/pickle_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "core/error.h"

namespace ganvas::io {
namespace {

/// The number in `digits` hexadecimal digits at `at`.
std::uint32_t hexadecimal(std::string_view text, std::size_t at, std::size_t digits) {
  const std::string_view part = text.substr(std::min(at, text.size()), digits);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, 16);
  require(part.size() == digits && error == std::errc() && end == part.data() + part.size(), "it holds a broken text");
  return value;
}

void append_utf8(std::string& text, std::uint32_t code) {
  require(code < 0x110000 && (code < 0xD800 || code > 0xDFFF), "it holds a broken text");
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

std::string bytes_of_text(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      bytes += text[i];
      continue;
    }
    require(lead <= 0xC3 && i + 1 < text.size(), "it has bytes with a value over 255");
    bytes += static_cast<char>(lead << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F));
  }
  return bytes;
}

std::string text_of_line(std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view escape = line.substr(i, 2);
    const std::size_t digits = escape == "\\u" ? 4 : escape == "\\U" ? 8 : 0;
    append_utf8(text, digits > 0 ? hexadecimal(line, i + 2, digits) : static_cast<unsigned char>(line[i]));
    if (digits > 0) i += 1 + digits;
  }
  return text;
}

std::string bytes_of_quoted(std::string_view line) {
  require(line.size() >= 2 && (line.front() == '\'' || line.front() == '"') && line.back() == line.front(),
          "it holds a broken string");
  const std::string_view inner = line.substr(1, line.size() - 2);
  constexpr std::string_view letters = "nrtabfv0\\'\"", meant("\n\r\t\a\b\f\v\0\\'\"", 11);
  std::string bytes;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] != '\\') {
      bytes += inner[i];
      continue;
    }
    require(++i < inner.size(), "it holds a broken string");
    if (inner[i] == 'x') {
      bytes += static_cast<char>(hexadecimal(inner, i + 1, 2));
      i += 2;
      continue;
    }
    const std::size_t letter = letters.find(inner[i]);
    require(letter != std::string_view::npos, "it holds a broken string");
    bytes += meant[letter];
  }
  return bytes;
}

}  // namespace ganvas::io
