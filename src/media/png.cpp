#include "media/png.h"

#include <png.h>

#include <cstring>

#include "core/error.h"
#include "core/files.h"

namespace ganvas::media {
namespace {

constexpr std::size_t most_bytes = 1'000'000'000;  // decoded; a few bytes of PNG can claim far more

/// libpng's picture header, freed on every way out.
class PngHeader {
 public:
  PngHeader() { image_.version = PNG_IMAGE_VERSION; }
  ~PngHeader() { png_image_free(&image_); }
  PngHeader(const PngHeader&) = delete;
  PngHeader& operator=(const PngHeader&) = delete;
  png_image* get() { return &image_; }
  png_image* operator->() { return &image_; }

 private:
  png_image image_{};
};

png_uint_32 format_of(int channels) {
  switch (channels) {
    case 1:
      return PNG_FORMAT_GRAY;
    case 3:
      return PNG_FORMAT_RGB;
    case 4:
      return PNG_FORMAT_RGBA;
    default:
      fail("A picture with {} channels cannot become a PNG; use 1, 3 or 4.", channels);
  }
}

}  // namespace

std::string encode_png(const ImageView& view) {
  require(!view.empty() && view.data != nullptr, "An empty picture cannot become a PNG.");
  require(view.device == Device::cpu, "A picture in GPU memory cannot become a PNG; copy it to the host first.");
  PngHeader header;
  header->width = static_cast<png_uint_32>(view.width);
  header->height = static_cast<png_uint_32>(view.height);
  header->format = format_of(view.channels);
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(*header.get());
  std::string bytes(size, '\0');
  const int written = png_image_write_to_memory(header.get(), bytes.data(), &size, 0, view.data,
                                                static_cast<png_int_32>(view.stride), nullptr);
  require(written != 0, "Cannot make a PNG of {} x {} pixels: {}.", view.width, view.height, header->message);
  bytes.resize(size);
  return bytes;
}

void write_png(const std::filesystem::path& path, const ImageView& view) {
  write_file(path, encode_png(view));
}

Image read_png(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  PngHeader header;
  require(png_image_begin_read_from_memory(header.get(), bytes.data(), bytes.size()) != 0,
          "Cannot read {} as a PNG picture: {}.", path.string(), header->message);
  const bool alpha = (header->format & PNG_FORMAT_FLAG_ALPHA) != 0;
  const bool colour = (header->format & PNG_FORMAT_FLAG_COLOR) != 0;
  const int channels = alpha ? 4 : colour ? 3 : 1;
  const std::size_t pixels = std::size_t{header->width} * header->height;
  require(pixels <= most_bytes / static_cast<std::size_t>(channels),
          "{} has {} x {} pixels, which is more than ganvas opens; scale it down first.", path.string(),
          static_cast<unsigned>(header->width), static_cast<unsigned>(header->height));
  header->format = format_of(channels);
  Image image(static_cast<int>(header->width), static_cast<int>(header->height), channels);
  require(png_image_finish_read(header.get(), nullptr, image.pixels.data(), static_cast<png_int_32>(image.stride()),
                                nullptr) != 0,
          "Cannot read {} as a PNG picture: {}.", path.string(), header->message);
  return image;
}

}  // namespace ganvas::media
