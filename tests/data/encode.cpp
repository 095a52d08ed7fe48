#include "data/encode.h"

#include <gif_lib.h>
#include <png.h>
#include <turbojpeg.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <memory>
#include <stdexcept>
#include <string_view>

namespace ganvas::test {
namespace {

void check(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("test file not written: ") + what);
}

}  // namespace

std::string encode_png(const PngFile& file) {
  std::string out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &out,
      [](png_structp p, png_bytep data, std::size_t count) {
        static_cast<std::string*>(png_get_io_ptr(p))->append(reinterpret_cast<char*>(data), count);
      },
      nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(file.width), static_cast<png_uint_32>(file.height), file.depth,
               file.color, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> colors;
  std::vector<png_byte> alphas;
  for (const auto& [r, g, b, a] : file.palette) {
    colors.push_back({r, g, b});
    alphas.push_back(a);
  }
  if (!colors.empty()) {
    png_set_PLTE(png, info, colors.data(), static_cast<int>(colors.size()));
    png_set_tRNS(png, info, alphas.data(), static_cast<int>(alphas.size()), nullptr);
  }
  png_write_info(png, info);
  const std::size_t stride = file.rows.size() / static_cast<std::size_t>(file.height);
  for (int y = 0; y < file.height; ++y) png_write_row(png, file.rows.data() + stride * static_cast<std::size_t>(y));
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return out;
}

std::string encode_png(const Image& image) {
  constexpr int colors[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                            PNG_COLOR_TYPE_RGB_ALPHA};
  return encode_png({image.width, image.height, 8, colors[image.channels], image.pixels});
}

std::string encode_jpeg(const Image& image) {
  const std::unique_ptr<void, int (*)(void*)> handle(tjInitCompress(), tjDestroy);
  const int format = image.channels == 1 ? TJPF_GRAY : image.channels == 3 ? TJPF_RGB : TJPF_CMYK;
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  check(tjCompress2(handle.get(), image.pixels.data(), image.width, 0, image.height, format, &bytes, &size,
                    image.channels == 1 ? TJSAMP_GRAY : TJSAMP_444, 100, 0) == 0,
        "jpeg");
  std::string out(reinterpret_cast<char*>(bytes), size);
  tjFree(bytes);
  return out;
}

std::string with_orientation(const std::string& jpeg, int orientation, bool little_endian) {
  using namespace std::string_literals;
  const char value = static_cast<char>(orientation);
  const std::string tiff = little_endian ? "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"s + value + "\0\0\0\0\0\0\0"s
                                         : "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s + value + "\0\0\0\0\0\0"s;
  const std::string body = "Exif\0\0"s + tiff;
  const std::size_t length = body.size() + 2;
  const std::string segment = "\xff\xe1"s + static_cast<char>(length >> 8) + static_cast<char>(length & 255) + body;
  return jpeg.substr(0, 2) + segment + jpeg.substr(2);
}

std::string encode_webp(const Image& image) {
  std::uint8_t* bytes = nullptr;
  const auto encode = image.channels == 4 ? WebPEncodeLosslessRGBA : WebPEncodeLosslessRGB;
  const std::size_t size =
      encode(image.pixels.data(), image.width, image.height, static_cast<int>(image.stride()), &bytes);
  check(size > 0, "webp");
  std::string out(reinterpret_cast<char*>(bytes), size);
  WebPFree(bytes);
  return out;
}

std::string encode_animated_webp(const std::vector<Image>& frames) {
  WebPAnimEncoderOptions options;
  check(WebPAnimEncoderOptionsInit(&options) != 0, "webp options");
  const std::unique_ptr<WebPAnimEncoder, void (*)(WebPAnimEncoder*)> encoder(
      WebPAnimEncoderNew(frames[0].width, frames[0].height, &options), WebPAnimEncoderDelete);
  WebPConfig config;
  check(WebPConfigInit(&config) != 0, "webp config");
  config.lossless = 1;
  int time = 0;
  for (const Image& frame : frames) {
    WebPPicture picture;
    check(WebPPictureInit(&picture) != 0, "webp picture");
    picture.use_argb = 1;
    picture.width = frame.width;
    picture.height = frame.height;
    check(WebPPictureImportRGB(&picture, frame.pixels.data(), static_cast<int>(frame.stride())) != 0, "webp import");
    check(WebPAnimEncoderAdd(encoder.get(), &picture, time, &config) != 0, "webp frame");
    WebPPictureFree(&picture);
    time += 100;
  }
  check(WebPAnimEncoderAdd(encoder.get(), nullptr, time, nullptr) != 0, "webp end");
  WebPData data;
  WebPDataInit(&data);
  check(WebPAnimEncoderAssemble(encoder.get(), &data) != 0, "webp assembly");
  std::string out(reinterpret_cast<const char*>(data.bytes), data.size);
  WebPDataClear(&data);
  return out;
}

std::string encode_gif(const GifFile& file) {
  std::string out;
  const auto write = [](GifFileType* gif, const GifByteType* bytes, int count) {
    static_cast<std::string*>(gif->UserData)
        ->append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
    return count;
  };
  int error = 0;
  GifFileType* gif = EGifOpen(&out, write, &error);
  check(gif != nullptr, "gif");
  EGifSetGifVersion(gif, true);
  ColorMapObject* colors = GifMakeMapObject(static_cast<int>(file.palette.size()), nullptr);
  for (std::size_t i = 0; i < file.palette.size(); ++i) {
    colors->Colors[i] = {file.palette[i][0], file.palette[i][1], file.palette[i][2]};
  }
  check(EGifPutScreenDesc(gif, file.width, file.height, 8, 0, colors) == GIF_OK, "gif screen");
  for (int frame = 0; frame < file.frames; ++frame) {
    if (file.transparent >= 0) {
      const GraphicsControlBlock control{DISPOSAL_UNSPECIFIED, false, 0, file.transparent};
      GifByteType block[4];
      const std::size_t size = EGifGCBToExtension(&control, block);
      check(EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(size), block) == GIF_OK, "gif control");
    }
    check(EGifPutImageDesc(gif, file.left, file.top, file.frame_width, file.frame_height, file.interlaced, nullptr) ==
              GIF_OK,
          "gif frame");
    constexpr int first[] = {0, 4, 2, 1};
    constexpr int step[] = {8, 8, 4, 2};
    for (int pass = 0; pass < (file.interlaced ? 4 : 1); ++pass) {
      for (int y = file.interlaced ? first[pass] : 0; y < file.frame_height; y += file.interlaced ? step[pass] : 1) {
        std::vector<GifPixelType> line(static_cast<std::size_t>(file.frame_width), 0);
        if (frame == 0) {
          const auto* from = file.indices.data() + static_cast<std::ptrdiff_t>(y) * file.frame_width;
          line.assign(from, from + file.frame_width);
        }
        check(EGifPutLine(gif, line.data(), file.frame_width) == GIF_OK, "gif line");
      }
    }
  }
  GifFreeMapObject(colors);
  check(EGifCloseFile(gif, &error) == GIF_OK, "gif end");
  return out;
}

}  // namespace ganvas::test
