#include "data/resize.h"

#include <gtest/gtest.h>

#include <numeric>

#include "core/error.h"

namespace ganvas::data {
namespace {

Image grey(int width, int height, std::vector<std::uint8_t> pixels) {
  Image image(width, height, 1);
  image.pixels = std::move(pixels);
  return image;
}

TEST(Resize, SameSizeIsUntouched) {
  Image image(5, 5, 3);
  std::iota(image.pixels.begin(), image.pixels.end(), std::uint8_t{0});
  EXPECT_EQ(square_of(image, 5), image);
}

TEST(Resize, ShrinkingByAWholeNumberIsTheMean) {
  EXPECT_EQ(square_of(grey(4, 4, {0, 2, 100, 100, 4, 6, 100, 104, 9, 9, 0, 0, 9, 9, 0, 255}), 2),
            grey(2, 2, {3, 101, 9, 64}));
}

TEST(Resize, ShrinkingByAFractionWeighsByArea) {
  // Three columns into two: each takes one whole column and half of the middle one.
  const Image image = grey(3, 3, {0, 90, 255, 0, 90, 255, 0, 90, 255});
  EXPECT_EQ(square_of(image, 2), grey(2, 2, {30, 200, 30, 200}));
}

TEST(Resize, ShrinkingKeepsTheMeanOfAFineChequer) {
  Image image(200, 200, 1);
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 200; ++x) *image.at(x, y) = (x + y) % 2 == 0 ? 0 : 200;
  }
  for (const std::uint8_t value : square_of(image, 50).pixels) EXPECT_EQ(value, 100);
}

TEST(Resize, GrowingIsBilinear) {
  EXPECT_EQ(square_of(grey(2, 2, {0, 100, 0, 100}), 4),
            grey(4, 4, {0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100}));
  EXPECT_EQ(square_of(grey(2, 2, {0, 0, 100, 100}), 4).pixels[4], 25);
}

TEST(Resize, TheCentreIsCropped) {
  EXPECT_EQ(square_of(grey(4, 2, {1, 2, 3, 4, 5, 6, 7, 8}), 2), grey(2, 2, {2, 3, 6, 7}));
  EXPECT_EQ(square_of(grey(1, 3, {1, 2, 3}), 1), grey(1, 1, {2}));
}

TEST(Resize, TheLargestPartOfAShapeIsInTheMiddle) {
  EXPECT_EQ(part_of(grey(4, 2, {1, 2, 3, 4, 5, 6, 7, 8}), 1, 2), grey(1, 2, {2, 6}));
  EXPECT_EQ(part_of(grey(2, 4, {1, 2, 3, 4, 5, 6, 7, 8}), 2, 1), grey(2, 1, {3, 4}));
  EXPECT_EQ(part_of(grey(4, 2, {1, 3, 5, 7, 1, 3, 5, 7}), 2, 1), grey(2, 1, {2, 6}));
  EXPECT_EQ(part_of(grey(4, 2, {1, 2, 3, 4, 5, 6, 7, 8}), 4, 2), grey(4, 2, {1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(Resize, RefusesNothing) {
  EXPECT_THROW(static_cast<void>(square_of(Image(), 4)), Error);
  EXPECT_THROW(static_cast<void>(square_of(Image(4, 4, 3), 0)), Error);
}

TEST(Resize, Channels) {
  Image color(1, 1, 3);
  color.pixels = {200, 100, 50};
  EXPECT_EQ(with_channels(color, 1), grey(1, 1, {124}));  // 59.8 + 58.7 + 5.7
  EXPECT_EQ(with_channels(grey(1, 1, {7}), 3).pixels, (std::vector<std::uint8_t>{7, 7, 7}));
  EXPECT_EQ(with_channels(color, 3), color);
  EXPECT_EQ(with_channels(color, 4).pixels, (std::vector<std::uint8_t>{200, 100, 50, 255}));
  EXPECT_EQ(with_channels(color, 2).pixels, (std::vector<std::uint8_t>{124, 255}));
  EXPECT_EQ(with_channels(grey(2, 1, {7, 8}), 4).pixels, (std::vector<std::uint8_t>{7, 7, 7, 255, 8, 8, 8, 255}));
}

}  // namespace
}  // namespace ganvas::data
