// Every tier shows the same pixels, and a tier that fails is left once for the next, with the reason kept.

#include <gtest/gtest.h>

#include "core/error.h"
#include "render/picture_texture.h"
#include "render/picture_view.h"

namespace ganvas::render {
namespace {

/// Each pixel says where it is.
std::shared_ptr<Image> coordinates(int width, int height) {
  auto image = std::make_shared<Image>(width, height, 4);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* pixel = image->at(x, y);
      pixel[0] = static_cast<std::uint8_t>(x * 3);
      pixel[1] = static_cast<std::uint8_t>(y * 5);
      pixel[2] = static_cast<std::uint8_t>(x ^ y);
      pixel[3] = 255;
    }
  }
  return image;
}

PictureSource source_of(const std::shared_ptr<Image>& image) {
  return {.pixels = image->view(), .memory = image};
}

/// What the texture holds, through the picture shader at one pixel a texel.
Image drawn(const PictureTexture& texture) {
  const PixelSize size = texture.size();
  const RenderTarget target(size);
  target.bind();
  const Rectangle whole{0, 0, static_cast<float>(size.width), static_cast<float>(size.height)};
  PictureView().draw(texture.texture(), {.surface = size, .area = whole, .rectangle = whole});
  return read_pixels(size);
}

class Upload : public testing::Test {
 protected:
  HeadlessContext context_;
};

TEST_F(Upload, HostTiersShowThePictureExactly) {
  const auto image = coordinates(37, 21);
  for (const UploadTier tier : {UploadTier::pinned, UploadTier::plain}) {
    PictureTexture texture;
    texture.choose(tier);
    texture.show(source_of(image));
    EXPECT_TRUE(texture.update());
    EXPECT_FALSE(texture.busy());
    EXPECT_EQ(texture.tier(), tier);
    EXPECT_EQ(drawn(texture), *image) << to_string(tier);
    EXPECT_EQ(texture.reason(), "");
    EXPECT_FALSE(texture.update()) << "nothing has changed since";
  }
}

TEST_F(Upload, RowsWithPaddingAndManyPicturesInARow) {
  const auto wide = coordinates(48, 20);
  ImageView part = wide->view();
  part.width = 31;
  for (const UploadTier tier : {UploadTier::pinned, UploadTier::plain}) {
    PictureTexture texture;
    texture.choose(tier);
    for (int i = 0; i < 7; ++i) {
      texture.show(source_of(coordinates(20 + i, 9)));
      texture.update();
    }
    texture.show({.pixels = part, .memory = wide});
    texture.update();
    const Image got = drawn(texture);
    ASSERT_EQ(got.width, 31);
    for (int y = 0; y < 20; ++y) {
      for (int x = 0; x < 31; ++x) ASSERT_TRUE(std::equal(got.at(x, y), got.at(x, y) + 4, wide->at(x, y)));
    }
  }
}

TEST_F(Upload, APictureOnTheCpuLeavesInteropForPinned) {
  const auto image = coordinates(16, 16);
  PictureTexture texture;
  texture.choose(UploadTier::interop);
  texture.show(source_of(image));
  texture.update();
  EXPECT_EQ(texture.tier(), UploadTier::pinned);
  EXPECT_EQ(texture.fallbacks(), 1);
  EXPECT_NE(texture.reason().find("CUDA-OpenGL interop is not used: "), std::string::npos) << texture.reason();
  EXPECT_EQ(drawn(texture), *image);
}

TEST_F(Upload, AForcedFailureOfEachTierMovesOnOnce) {
  const auto image = coordinates(16, 16);
  int asked = 0;
  PictureTexture texture([&](UploadTier tier) -> std::string {
    ++asked;
    return tier == UploadTier::plain ? "" : std::string("forced failure of ") + to_string(tier);
  });
  texture.choose(UploadTier::pinned);
  for (int i = 0; i < 5; ++i) {
    texture.show(source_of(image));
    texture.update();
  }
  EXPECT_EQ(texture.tier(), UploadTier::plain);
  EXPECT_EQ(texture.fallbacks(), 1) << "a tier that failed is not tried again";
  EXPECT_EQ(asked, 6);
  EXPECT_EQ(texture.reason(), "pinned pixel buffer is not used: forced failure of pinned pixel buffer");
  EXPECT_EQ(drawn(texture), *image);
}

TEST_F(Upload, AnotherChoiceStartsAnew) {
  const auto image = coordinates(16, 16);
  bool broken = true;
  PictureTexture texture(
      [&](UploadTier tier) -> std::string { return broken && tier == UploadTier::pinned ? "forced" : ""; });
  texture.choose(UploadTier::pinned);
  texture.show(source_of(image));
  EXPECT_EQ(texture.tier(), UploadTier::plain);
  broken = false;
  texture.choose(UploadTier::pinned);
  EXPECT_EQ(texture.reason(), "");
  texture.show(source_of(image));
  texture.update();
  EXPECT_EQ(texture.tier(), UploadTier::pinned);
  EXPECT_EQ(drawn(texture), *image);
}

TEST_F(Upload, WhenAllTiersFailOneSentenceSaysWhy) {
  PictureTexture texture([](UploadTier) { return std::string("forced"); });
  try {
    texture.show(source_of(coordinates(8, 8)));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "The picture cannot be shown: forced; update the graphics driver.");
  }
}

TEST_F(Upload, PicturesThatAreNotRgbaAreRefused) {
  const Image grey(8, 8, 1);
  PictureTexture texture;
  EXPECT_THROW(texture.show({.pixels = grey.view()}), Error);
}

}  // namespace
}  // namespace ganvas::render
