#include "data/picture_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "data/decode/decode.h"
#include "data/encode.h"
#include "support/temporary_folder.h"

namespace ganvas::data {
namespace {

using test::encode_gif;
using test::encode_jpeg;
using test::encode_png;
using test::encode_webp;

Image make(int width, int height, int channels, std::vector<std::uint8_t> pixels) {
  Image image(width, height, channels);
  image.pixels = std::move(pixels);
  return image;
}

/// Different in every pixel and direction, smooth enough for JPEG.
Image ramp(int width, int height, int channels) {
  Image image(width, height, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) image.at(x, y)[c] = static_cast<std::uint8_t>(20 + x * 5 + y * 3 + c * 20);
    }
  }
  return image;
}

int largest_difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height || a.channels != b.channels) return 256;
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  return largest;
}

std::string reason_of(std::string_view bytes) {
  try {
    static_cast<void>(decode_picture(bytes));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(PictureFile, PngOfEveryPlainModeComesBackExactly) {
  EXPECT_EQ(decode_picture(encode_png(ramp(7, 5, 3))), ramp(7, 5, 3));
  EXPECT_EQ(decode_picture(encode_png(ramp(7, 5, 1))), ramp(7, 5, 1));
}

TEST(PictureFile, PngAlphaLiesOverWhite) {
  const Image color = make(3, 1, 4, {200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 51});
  EXPECT_EQ(decode_picture(encode_png(color)), make(3, 1, 3, {200, 100, 0, 255, 255, 255, 244, 224, 204}));
  const Image grey = make(3, 1, 2, {100, 255, 100, 0, 0, 102});
  EXPECT_EQ(decode_picture(encode_png(grey)), make(3, 1, 1, {100, 255, 153}));
}

TEST(PictureFile, PngPaletteBecomesColors) {
  const test::PngFile file{3, 1, 8, 3, {2, 0, 1}, {{{10, 20, 30, 255}}, {{40, 50, 60, 0}}, {{70, 80, 90, 255}}}};
  EXPECT_EQ(decode_picture(encode_png(file)), make(3, 1, 3, {70, 80, 90, 10, 20, 30, 255, 255, 255}));
}

TEST(PictureFile, PngOf16And1BitsBecomes8) {
  const test::PngFile deep{2, 1, 16, 2, {0x80, 0x80, 0x40, 0x40, 0xff, 0xff, 0, 0, 0x20, 0x20, 0x01, 0x01}};
  EXPECT_LE(largest_difference(decode_picture(encode_png(deep)), make(2, 1, 3, {0x80, 0x40, 0xff, 0, 0x20, 0x01})), 1);
  const test::PngFile bits{4, 1, 1, 0, {0b10110000}};
  EXPECT_EQ(decode_picture(encode_png(bits)), make(4, 1, 1, {255, 0, 255, 255}));
}

TEST(PictureFile, JpegInColorAndGrey) {
  EXPECT_LE(largest_difference(decode_picture(encode_jpeg(ramp(24, 16, 3))), ramp(24, 16, 3)), 4);
  EXPECT_LE(largest_difference(decode_picture(encode_jpeg(ramp(24, 16, 1))), ramp(24, 16, 1)), 2);
}

TEST(PictureFile, JpegInksBecomeColors) {
  Image inks(8, 8, 4);
  for (std::size_t i = 0; i < inks.pixels.size(); i += 4) {
    inks.pixels[i] = 255;     // no cyan
    inks.pixels[i + 1] = 51;  // much magenta
    inks.pixels[i + 2] = 255;
    inks.pixels[i + 3] = 204;  // some black
  }
  Image expected(8, 8, 3);
  for (std::size_t i = 0; i < expected.pixels.size(); i += 3) {
    expected.pixels[i] = expected.pixels[i + 2] = 204;
    expected.pixels[i + 1] = 41;
  }
  EXPECT_LE(largest_difference(decode_picture(encode_jpeg(inks)), expected), 3);
}

TEST(PictureFile, JpegIsTurnedUprightForEveryOrientation) {
  const Image seen = ramp(24, 16, 3);
  const int w = seen.width;
  const int h = seen.height;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    // What the camera stored, by the standard's words on where row 0 and column 0 are in the seen picture.
    const bool turned = orientation >= 5;
    Image stored(turned ? h : w, turned ? w : h, 3);
    for (int row = 0; row < stored.height; ++row) {
      for (int column = 0; column < stored.width; ++column) {
        int x = 0, y = 0;
        switch (orientation) {
          case 1:
            x = column, y = row;
            break;  // row 0 top, column 0 left
          case 2:
            x = w - 1 - column, y = row;
            break;  // top, right
          case 3:
            x = w - 1 - column, y = h - 1 - row;
            break;  // bottom, right
          case 4:
            x = column, y = h - 1 - row;
            break;  // bottom, left
          case 5:
            x = row, y = column;
            break;  // left, top
          case 6:
            x = w - 1 - row, y = column;
            break;  // right, top
          case 7:
            x = w - 1 - row, y = h - 1 - column;
            break;  // right, bottom
          default:
            x = row, y = h - 1 - column;
            break;  // left, bottom
        }
        std::copy_n(seen.at(x, y), 3, stored.at(column, row));
      }
    }
    for (const bool little : {false, true}) {
      const std::string file = test::with_orientation(encode_jpeg(stored), orientation, little);
      EXPECT_LE(largest_difference(decode_picture(file), seen), 4) << "orientation " << orientation;
    }
  }
}

TEST(PictureFile, WebpStillAndAnimated) {
  EXPECT_EQ(decode_picture(encode_webp(ramp(9, 6, 3))), ramp(9, 6, 3));
  Image glass = ramp(2, 1, 4);
  glass.at(0, 0)[3] = 0;
  glass.at(1, 0)[3] = 255;
  const Image seen = decode_picture(encode_webp(glass));
  EXPECT_EQ(seen, make(2, 1, 3, {255, 255, 255, glass.at(1, 0)[0], glass.at(1, 0)[1], glass.at(1, 0)[2]}));
  const std::string film = test::encode_animated_webp({ramp(9, 6, 3), Image(9, 6, 3)});
  EXPECT_EQ(decode_picture(film), ramp(9, 6, 3));
}

TEST(PictureFile, GifFirstFrameInItsPlace) {
  test::GifFile file{
      4, 2, 1, 0, 2, 2, false, 3, {0, 1, 2, 3}, {{{1, 2, 3}}, {{40, 50, 60}}, {{70, 80, 90}}, {{9, 9, 9}}}, 2};
  EXPECT_EQ(decode_picture(encode_gif(file)),
            make(4, 2, 3, {255, 255, 255, 1,  2,  3,  40,  50,  60,  255, 255, 255,  //
                           255, 255, 255, 70, 80, 90, 255, 255, 255, 255, 255, 255}));
}

TEST(PictureFile, GifInterlacedRowsAreSorted) {
  test::GifFile file{1, 11, 0, 0, 1, 11, true, -1, {}, {}};
  std::vector<std::uint8_t> expected;
  for (std::uint8_t y = 0; y < 16; ++y) file.palette.push_back({static_cast<std::uint8_t>(y * 9), y, 0});
  for (std::uint8_t y = 0; y < 11; ++y) {
    file.indices.push_back(y);
    expected.insert(expected.end(), {static_cast<std::uint8_t>(y * 9), y, 0});
  }
  EXPECT_EQ(decode_picture(encode_gif(file)), make(1, 11, 3, expected));
}

TEST(PictureFile, EveryFormatCutShortIsRefused) {
  const test::GifFile gif{
      16, 16, 0, 0, 16, 16, false, -1, std::vector<std::uint8_t>(256, 1), {{{1, 2, 3}}, {{4, 5, 6}}}};
  const std::string files[] = {encode_png(ramp(16, 16, 3)), encode_jpeg(ramp(16, 16, 3)), encode_webp(ramp(16, 16, 3)),
                               test::encode_animated_webp({ramp(16, 16, 3), Image(16, 16, 3)}), encode_gif(gif)};
  for (const std::string& file : files) {
    ASSERT_EQ(reason_of(file), "");
    for (const double part : {0.3, 0.6, 0.8}) {
      const auto size = static_cast<std::size_t>(static_cast<double>(file.size()) * part);
      EXPECT_NE(reason_of(std::string_view(file).substr(0, size)), "") << file.substr(1, 3) << " " << part;
    }
  }
}

TEST(PictureFile, DamageIsNamed) {
  std::string file = encode_png(ramp(16, 16, 3));
  file[file.size() / 2] ^= 0x55;
  EXPECT_NE(reason_of(file).find("PNG data is cut short or damaged"), std::string::npos);
  EXPECT_EQ(reason_of(""), "it is empty");
  EXPECT_EQ(reason_of("hello, this is a text"), "it is no PNG, JPEG, WebP or GIF file");
}

TEST(PictureFile, AbsurdSizesAreRefusedBeforeMemoryIsTaken) {
  // A file of a few bytes that claims 2^31 - 1 pixels a side: the header alone decides.
  std::string png = encode_png(ramp(16, 16, 3));
  const auto put = [&](int width, int height) {
    for (int i = 0; i < 4; ++i) {
      png[static_cast<std::size_t>(16 + i)] = static_cast<char>(width >> (24 - 8 * i));
      png[static_cast<std::size_t>(20 + i)] = static_cast<char>(height >> (24 - 8 * i));
    }
  };
  put(0x7fffffff, 0x7fffffff);
  EXPECT_NE(reason_of(png), "");
  std::string jpeg = encode_jpeg(ramp(16, 16, 1));
  const std::size_t frame = jpeg.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  for (std::size_t i = 5; i < 9; ++i) jpeg[frame + i] = static_cast<char>(0x7a);  // 31354 x 31354
  EXPECT_NE(reason_of(jpeg).find("31354 x 31354"), std::string::npos) << reason_of(jpeg);
}

TEST(PictureFile, HeadersTellThePixelsBeforeTheyAreDecoded) {
  const test::GifFile gif{300, 2, 0, 0, 1, 1, false, -1, {1}, {{{1, 2, 3}}, {{4, 5, 6}}}};
  const std::string exif = test::with_orientation(encode_jpeg(ramp(16, 300, 1)), 6, false);
  EXPECT_EQ(decode::claimed_pixels(encode_png(ramp(300, 7, 3))), 2100);
  EXPECT_EQ(decode::claimed_pixels(encode_jpeg(ramp(300, 7, 3))), 2100);
  EXPECT_EQ(decode::claimed_pixels(exif), 4800);
  EXPECT_EQ(decode::claimed_pixels(encode_webp(ramp(300, 7, 3))), 2100);
  EXPECT_EQ(decode::claimed_pixels(test::encode_animated_webp({ramp(300, 7, 3), Image(300, 7, 3)})), 2100);
  EXPECT_EQ(decode::claimed_pixels(encode_gif(gif)), 600);
  EXPECT_EQ(decode::claimed_pixels(""), 0);
  EXPECT_EQ(decode::claimed_pixels("hello, this is a text and no picture"), 0);
  for (std::size_t size = 0; size < exif.size(); size += 3) {
    EXPECT_LE(decode::claimed_pixels(std::string_view(exif).substr(0, size)), 4800);
  }
}

TEST(PictureFile, ReadNamesTheFile) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_picture(folder.write("a.png", encode_jpeg(ramp(8, 8, 1)))).width, 8);  // content, not name, decides
  const auto bad = folder.write("bad.png", "nothing");
  try {
    static_cast<void>(read_picture(bad));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(bad.string()), std::string::npos);
  }
  EXPECT_THROW(static_cast<void>(read_picture(folder.path() / "none.png")), Error);
}

TEST(PictureFile, ExtensionsInAnyCase) {
  for (const char* name : {"a.png", "b.JPG", "c.jpeg", "d.WebP", "e.GIF"}) EXPECT_TRUE(has_picture_extension(name));
  for (const char* name : {"a.txt", "png", "b.tiff"}) EXPECT_FALSE(has_picture_extension(name));
  EXPECT_TRUE(has_foreign_picture_extension("b.TIFF"));
}

}  // namespace
}  // namespace ganvas::data
