#include "data/picture_file.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string>

#include "core/error.h"
#include "core/files.h"
#include "data/decode/decode.h"

namespace ganvas {
namespace {

bool has_extension(const std::filesystem::path& path, std::initializer_list<std::string_view> extensions) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(extensions, extension) != extensions.end();
}

}  // namespace

namespace decode {

void check_size(std::int64_t width, std::int64_t height) {
  constexpr std::int64_t side = 30'000;
  constexpr std::int64_t pixels = 256'000'000;
  require(width > 0 && height > 0, "it has no pixels ({} x {})", width, height);
  require(width <= side && height <= side && width * height <= pixels,
          "it claims {} x {} pixels, more than the {} a side and {} million in all that are read", width, height, side,
          pixels / 1'000'000);
}

Image over_white(const Image& image) {
  Image result(image.width, image.height, image.channels - 1);
  const auto colors = static_cast<std::size_t>(result.channels);
  const std::uint8_t* in = image.pixels.data();
  for (std::size_t i = 0; i < result.pixels.size(); i += colors, in += colors + 1) {
    const int alpha = in[colors];
    for (std::size_t c = 0; c < colors; ++c) {
      result.pixels[i + c] = static_cast<std::uint8_t>((in[c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
  return result;
}

}  // namespace decode

bool has_picture_extension(const std::filesystem::path& path) {
  return has_extension(path, {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif"});
}

bool has_foreign_picture_extension(const std::filesystem::path& path) {
  return has_extension(path, {".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif", ".jxl", ".jp2", ".tga", ".psd",
                              ".svg", ".ppm", ".pgm", ".exr", ".hdr"});
}

Image decode_picture(std::string_view bytes) {
  using namespace std::string_view_literals;
  require(!bytes.empty(), "it is empty");
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return decode::png(bytes);
  if (bytes.starts_with("\xff\xd8\xff"sv)) return decode::jpeg(bytes);
  if (bytes.starts_with("RIFF"sv) && bytes.substr(0, 12).ends_with("WEBP"sv)) return decode::webp(bytes);
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return decode::gif(bytes);
  fail("it is no PNG, JPEG, WebP or GIF file");
}

Image read_picture(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  try {
    return decode_picture(bytes);
  } catch (const Error& error) {
    fail("The picture {} cannot be read: {}; replace it or take it out.", path.string(), error.what());
  }
}

}  // namespace ganvas
