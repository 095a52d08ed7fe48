#include "data/picture_file.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/stand_in.h"
#include "data/decode/decode.h"

namespace ganvas::data {

using namespace std::string_view_literals;

namespace {

bool has_extension(const std::filesystem::path& path, std::initializer_list<std::string_view> extensions) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(extensions, extension) != extensions.end();
}

}  // namespace

namespace decode {

void check_size(std::int64_t width, std::int64_t height) {
  constexpr auto side = static_cast<std::int64_t>(limits::picture_side);
  constexpr auto pixels = static_cast<std::int64_t>(limits::picture_pixels);
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

std::string_view picture_kind(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return "PNG";
  if (bytes.starts_with("\xff\xd8\xff"sv)) return "JPEG";
  if (bytes.starts_with("RIFF"sv) && bytes.substr(0, 12).ends_with("WEBP"sv)) return "WebP";
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return "GIF";
  return {};
}

std::string_view foreign_picture_kind(std::string_view bytes) {
  const std::string_view brand = bytes.substr(0, 12);
  // Two letters alone begin many a text; the four reserved bytes behind the size are zero.
  if (bytes.starts_with("BM"sv) && bytes.size() > 10 && bytes.substr(6, 4) == "\0\0\0\0"sv) return "BMP";
  if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv)) return "TIFF";
  for (const std::string_view name : {"ftypheic"sv, "ftypheix"sv, "ftypmif1"sv, "ftypavif"sv, "ftypavis"sv}) {
    if (brand.ends_with(name)) return "HEIC or AVIF";
  }
  if (bytes.starts_with("\0\0\0\x0cJXL \r\n"sv) || bytes.starts_with("\xff\x0a"sv)) return "JPEG XL";
  if (bytes.starts_with("\0\0\0\x0cjP  \r\n"sv)) return "JPEG 2000";
  if (bytes.starts_with("8BPS"sv)) return "Photoshop";
  return {};
}

Image decode_picture(std::string_view bytes) {
  require(!bytes.empty(), "it is empty");
  const std::string_view kind = picture_kind(bytes);
  const auto pixels = static_cast<std::uint64_t>(decode::claimed_pixels(bytes));
  const bool usual =
      pixels <= limits::picture_pixels_free || pixels > limits::picture_pixels;  // those have their size said
  require(usual || pixels / limits::picture_pixels_a_byte <= bytes.size(),
          "it claims {} million pixels, but its {} can hold but one colour", pixels / limits::mega,
          human_bytes(bytes.size()));
  if (kind == "PNG") return decode::png(bytes);
  if (kind == "JPEG") return decode::jpeg(bytes);
  if (kind == "WebP") return decode::webp(bytes);
  if (kind == "GIF") return decode::gif(bytes);
  const std::string_view foreign = foreign_picture_kind(bytes);
  require(foreign.empty(), "it is a {} picture, which is not read; convert it to PNG or JPEG", foreign);
  const std::string instead = stand_in(bytes);  // in an archive
  require(instead.empty(), "it {}", instead);
  fail("it is no PNG, JPEG, WebP or GIF file");
}

Image read_picture(const std::filesystem::path& path) {
  const std::string bytes = read_file(path, limits::picture_bytes);
  try {
    return decode_picture(bytes);
  } catch (const Error& error) {
    fail("The picture {} cannot be read: {}; replace it or take it out.", path.string(), error.what());
  }
}

}  // namespace ganvas::data
