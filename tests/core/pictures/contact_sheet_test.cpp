#include "core/pictures/contact_sheet.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace ganvas {
namespace {

Image filled(int width, int height, int channels, std::uint8_t value) {
  Image image(width, height, channels);
  std::fill(image.pixels.begin(), image.pixels.end(), value);
  return image;
}

std::vector<int> pixel(const Image& image, int x, int y) {
  const std::uint8_t* p = image.at(x, y);
  return {p, p + image.channels};
}

TEST(ContactSheet, PlacesRowByRowWithGaps) {
  const std::vector<Image> pictures = {filled(3, 2, 3, 10), filled(3, 2, 3, 20), filled(3, 2, 3, 30)};
  const Image sheet = make_contact_sheet(pictures, 2, 1, {1, 2, 3, 4});
  ASSERT_EQ(sheet.width, 7);
  ASSERT_EQ(sheet.height, 5);
  ASSERT_EQ(sheet.channels, 4);
  EXPECT_EQ(pixel(sheet, 2, 1), (std::vector{10, 10, 10, 255}));
  EXPECT_EQ(pixel(sheet, 3, 1), (std::vector{1, 2, 3, 4})) << "gap";
  EXPECT_EQ(pixel(sheet, 4, 0), (std::vector{20, 20, 20, 255}));
  EXPECT_EQ(pixel(sheet, 0, 2), (std::vector{1, 2, 3, 4})) << "gap";
  EXPECT_EQ(pixel(sheet, 0, 3), (std::vector{30, 30, 30, 255}));
  EXPECT_EQ(pixel(sheet, 4, 3), (std::vector{1, 2, 3, 4})) << "empty cell";
}

TEST(ContactSheet, TakesEveryChannelCountAndCentresSmallerPictures) {
  const std::vector<Image> pictures = {filled(1, 1, 1, 9), filled(3, 3, 4, 7), filled(3, 3, 2, 5)};
  const Image sheet = make_contact_sheet(pictures, 3);
  ASSERT_EQ(sheet.width, 9);
  EXPECT_EQ(pixel(sheet, 6, 0), (std::vector{5, 5, 5, 5}));
  EXPECT_EQ(pixel(sheet, 1, 1), (std::vector{9, 9, 9, 255}));
  EXPECT_EQ(pixel(sheet, 0, 0), (std::vector{0, 0, 0, 255}));
  EXPECT_EQ(pixel(sheet, 3, 0), (std::vector{7, 7, 7, 7}));
}

TEST(ContactSheet, ChoosesASquareByItself) {
  const std::vector<Image> pictures(10, filled(2, 2, 3, 1));
  const Image sheet = make_contact_sheet(pictures);
  EXPECT_EQ(sheet.width, 4 * 2);
  EXPECT_EQ(sheet.height, 3 * 2);
}

TEST(ContactSheet, RefusesNothingAtAll) {
  EXPECT_THROW(make_contact_sheet({}), Error);
  EXPECT_THROW(make_contact_sheet(std::vector<Image>{Image{}}), Error);
  EXPECT_THROW(make_contact_sheet(std::vector<Image>{filled(1, 1, 3, 0)}, -1), Error);
}

}  // namespace
}  // namespace ganvas
