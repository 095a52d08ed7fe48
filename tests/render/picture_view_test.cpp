#include "render/picture_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/error.h"

namespace ganvas::render {
namespace {

/// 2x1 pictures in a grid of two cells: left red, right blue.
Image red_and_blue(int side) {
  Image image(2 * side, side, 4);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < 2 * side; ++x) {
      std::uint8_t* pixel = image.at(x, y);
      pixel[x < side ? 0 : 2] = 255;
      pixel[3] = 255;
    }
  }
  return image;
}

class View : public testing::Test {
 protected:
  Image draw(const Image& picture, PictureDrawing drawing) {
    const RenderTarget target(drawing.surface);
    target.bind();
    clear(0, 1, 0);
    PictureView().draw(make_texture(picture.view()), drawing);
    return read_pixels(drawing.surface);
  }

  HeadlessContext context_;
};

TEST_F(View, NearestRepeatsEachTexel) {
  Image picture(3, 2, 4);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i)
    picture.pixels[i] = static_cast<std::uint8_t>(i % 4 == 3 ? 255 : 9 * i);
  const Image got = draw(picture, {.surface = {30, 20}, .area = {0, 0, 30, 20}, .rectangle = {0, 0, 30, 20}});
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 30; ++x) ASSERT_TRUE(std::equal(got.at(x, y), got.at(x, y) + 4, picture.at(x / 10, y / 10)));
  }
}

TEST_F(View, SmoothIsTheBilinearBlendBetweenTexelCentres) {
  Image picture(2, 1, 4);
  picture.pixels = {0, 0, 0, 255, 200, 100, 40, 255};
  const Image got =
      draw(picture, {.surface = {80, 40}, .area = {0, 0, 80, 40}, .rectangle = {0, 0, 80, 40}, .smooth = true});
  for (int x = 0; x < 80; ++x) {
    const double t = std::clamp(((x + 0.5) / 40) - 0.5, 0.0, 1.0);
    EXPECT_NEAR(got.at(x, 20)[0], 200 * t, 2.0) << x;
    EXPECT_NEAR(got.at(x, 20)[2], 40 * t, 2.0) << x;
  }
}

TEST_F(View, SmoothDoesNotMixNeighboursOfTheGrid) {
  const Image picture = red_and_blue(4);
  const Image got =
      draw(picture,
           {.surface = {80, 40}, .area = {0, 0, 80, 40}, .rectangle = {0, 0, 80, 40}, .columns = 2, .smooth = true});
  for (int x = 0; x < 80; ++x) {
    EXPECT_EQ(got.at(x, 20)[0], x < 40 ? 255 : 0) << x;
    EXPECT_EQ(got.at(x, 20)[2], x < 40 ? 0 : 255) << x;
  }
}

TEST_F(View, BorderAndBackgroundSurroundThePictureInsideTheAreaAlone) {
  const Image picture = red_and_blue(4);
  const Image got = draw(picture, {.surface = {100, 60},
                                   .area = {10, 0, 90, 60},
                                   .rectangle = {40, 20, 40, 20},
                                   .unit = 2,
                                   .background = {0.2F, 0.2F, 0.2F},
                                   .border = {1, 1, 1},
                                   .shadow = 0});
  EXPECT_EQ(got.at(5, 30)[1], 255) << "outside the area nothing is drawn";
  EXPECT_EQ(got.at(15, 5)[0], 51);
  EXPECT_EQ(got.at(39, 30)[1], 255) << "border";
  EXPECT_EQ(got.at(38, 30)[1], 255) << "border";
  EXPECT_EQ(got.at(37, 30)[1], 51);
  EXPECT_EQ(got.at(41, 30)[0], 255);
  EXPECT_EQ(got.at(79, 30)[2], 255);
}

TEST_F(View, ShrunkPicturesAreAveraged) {
  Image picture(64, 64, 4);
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x)
      std::fill_n(picture.at(x, y), 3, static_cast<std::uint8_t>((x + y) % 2 == 0 ? 255 : 0));
    for (int x = 0; x < 64; ++x) picture.at(x, y)[3] = 255;
  }
  const Image got = draw(picture, {.surface = {32, 32}, .area = {0, 0, 32, 32}, .rectangle = {0, 0, 32, 32}});
  for (int i = 0; i < 32; ++i) EXPECT_NEAR(got.at(i, i)[0], 127.5, 1.0);
}

TEST(Placement, ZoomOneFitsAndCentres) {
  const Rectangle at = place_picture({10, 20, 400, 300}, {64, 64}, {}, 22);
  EXPECT_FLOAT_EQ(at.width, 256);
  EXPECT_FLOAT_EQ(at.height, 256);
  EXPECT_FLOAT_EQ(at.x, 10 + 72);
  EXPECT_FLOAT_EQ(at.y, 20 + 22);
}

TEST(Placement, ZoomKeepsThePointUnderTheMouse) {
  const Rectangle area{10, 20, 400, 300};
  const PicturePlacement before{1.5, 0.1, -0.05};
  const std::array<float, 2> mouse{123, 77};
  const PicturePlacement after = zoom_about(area, before, 2.2, mouse);
  const Rectangle a = place_picture(area, {64, 64}, before, 20);
  const Rectangle b = place_picture(area, {64, 64}, after, 20);
  EXPECT_NEAR((mouse[0] - a.x) / a.width, (mouse[0] - b.x) / b.width, 3e-3);
  EXPECT_NEAR((mouse[1] - a.y) / a.height, (mouse[1] - b.y) / b.height, 3e-3);
}

TEST(Placement, ZoomStaysWithinItsLimits) {
  EXPECT_DOUBLE_EQ(zoom_about({0, 0, 100, 100}, {50, 0, 0}, 100, {50, 50}).zoom, 64);
  EXPECT_DOUBLE_EQ(zoom_about({0, 0, 100, 100}, {1, 0, 0}, 1e-9, {50, 50}).zoom, 0.1);
}

TEST(Program, AShaderThatDoesNotCompileIsNamed) {
  const HeadlessContext context;
  const auto folder = std::filesystem::temp_directory_path() / "ganvas-broken-shader";
  std::filesystem::create_directories(folder / "shaders");
  std::ofstream(folder / "shaders/broken.frag") << "#version 330 core\nvoid main() { nonsense(); }\n";
  setenv("GANVAS_ASSETS", folder.c_str(), 1);
  try {
    const GlProgram program("picture.vert", "broken.frag");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("The shader broken.frag does not compile: "), std::string::npos)
        << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
  unsetenv("GANVAS_ASSETS");
  std::filesystem::remove_all(folder);
}

TEST(Context, WithoutADisplayAWindowFailsInOneSentence) {
  const char* kept = std::getenv("DISPLAY");
  const std::string display = kept != nullptr ? kept : "";
  setenv("DISPLAY", ":4711", 1);
  try {
    const Window window(WindowOptions{.visible = false});
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("No window can be opened: "), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("--headless"), std::string::npos);
    const auto& reason = error.what();  // GLFW's, whose versions say it otherwise
    EXPECT_TRUE(std::string(reason).find("X11") != std::string::npos ||
                std::string(reason).find("platform") != std::string::npos)
        << reason;
  }
  if (kept != nullptr) {
    setenv("DISPLAY", display.c_str(), 1);
  } else {
    unsetenv("DISPLAY");
  }
}

TEST(Context, HeadlessContextsFollowEachOther) {
  for (int i = 0; i < 3; ++i) {
    const HeadlessContext context;
    EXPECT_NE(renderer_name().find("OpenGL"), std::string::npos);
    const RenderTarget target({4, 3});
    target.bind();
    clear(1, 0.2F, 0);
    const Image image = read_pixels({4, 3});
    EXPECT_EQ(image.at(3, 2)[0], 255);
    EXPECT_EQ(image.at(0, 0)[1], 51);
  }
}

}  // namespace
}  // namespace ganvas::render
