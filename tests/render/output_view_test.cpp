#include "render/output_view.h"

#include <gtest/gtest.h>

namespace ganvas::render {
namespace {

constexpr PixelSize surface{160, 80};

/// Left half red, right half blue.
Image left_and_right() {
  Image image(64, 64, 4);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) {
      image.at(x, y)[x < 32 ? 0 : 2] = 255;
      image.at(x, y)[3] = 255;
    }
  return image;
}

/// Upper half white, lower half black.
Image white_above() {
  Image image(64, 64, 4);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) {
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = y < 32 ? 255 : 0;
      image.at(x, y)[3] = 255;
    }
  return image;
}

class Output : public testing::Test {
 protected:
  static Image draw(const Image& picture, const Framing& framing) {
    const RenderTarget target(surface);
    OutputView().draw(make_texture(picture.view()), {.size = {64, 64}, .framing = framing}, surface,
                      [&] { target.bind(); });
    target.bind();
    return read_pixels(surface);
  }
  static void expect_colour(const Image& image, int x, int y, int red, int green, int blue, int tolerance = 2) {
    const std::uint8_t* pixel = image.at(x, y);
    EXPECT_NEAR(pixel[0], red, tolerance) << x << "," << y;
    EXPECT_NEAR(pixel[1], green, tolerance) << x << "," << y;
    EXPECT_NEAR(pixel[2], blue, tolerance) << x << "," << y;
  }

  HeadlessContext context_;
};

TEST_F(Output, InsideLiesBetweenBlackBorders) {
  const Image got = draw(left_and_right(), {});
  expect_colour(got, 20, 40, 0, 0, 0);
  expect_colour(got, 39, 40, 0, 0, 0);
  expect_colour(got, 41, 40, 255, 0, 0);
  expect_colour(got, 118, 40, 0, 0, 255);
  expect_colour(got, 121, 40, 0, 0, 0);
}

TEST_F(Output, CoverFillsTheSurfaceWithTheMiddle) {
  const Image got = draw(white_above(), {.fit = Framing::Fit::cover});
  expect_colour(got, 2, 2, 255, 255, 255);
  expect_colour(got, 157, 37, 255, 255, 255);
  expect_colour(got, 80, 43, 0, 0, 0);
}

TEST_F(Output, ACropIsAllThatIsSeen) {
  const Image got = draw(left_and_right(), {.x = 0.5, .width = 0.5, .height = 0.25});
  for (int x = 2; x < 158; ++x) expect_colour(got, x, 40, 0, 0, 255);
}

TEST_F(Output, BlurredBordersAreThePictureOutOfFocus) {
  const Image got = draw(left_and_right(), {.border = Framing::Border::blurred});
  expect_colour(got, 2, 40, 255, 0, 0, 6);
  expect_colour(got, 157, 40, 0, 0, 255, 6);
  expect_colour(got, 41, 40, 255, 0, 0);
  const Image tall = draw(white_above(), {.border = Framing::Border::blurred});
  EXPECT_GT(tall.at(5, 4)[0], 240) << "the right way up";
  EXPECT_LT(tall.at(5, 75)[0], 15);
  const int middle = tall.at(5, 40)[0];
  EXPECT_GT(middle, 60) << "no edge";
  EXPECT_LT(middle, 195);
}

}  // namespace
}  // namespace ganvas::render
