#include "media/png.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "media/support.h"

namespace ganvas::media {
namespace {
using namespace test;

std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

struct Shape {
  int width, height, channels;
};

class PngRoundTrip : public testing::TestWithParam<Shape> {};

TEST_P(PngRoundTrip, KeepsEveryByte) {
  const auto [width, height, channels] = GetParam();
  const TemporaryFolder folder;
  const Image image = noise_picture(width, height, channels);
  write_png(folder / "a.png", image.view());
  EXPECT_EQ(read_png(folder / "a.png"), image);
  EXPECT_EQ(read_file(folder / "a.png"), encode_png(image.view())) << "equal pixels must be equal files";
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a.png"});
}

INSTANTIATE_TEST_SUITE_P(Shapes, PngRoundTrip,
                         testing::Values(Shape{1, 1, 1}, Shape{1, 1, 3}, Shape{1, 1, 4}, Shape{7, 5, 1}, Shape{7, 5, 3},
                                         Shape{7, 5, 4}, Shape{1, 300, 3}, Shape{301, 1, 4}, Shape{257, 129, 3}),
                         [](const auto& info) {
                           return std::to_string(info.param.width) + "x" + std::to_string(info.param.height) + "x" +
                                  std::to_string(info.param.channels);
                         });

TEST(Png, EveryGreyValueAndEveryAlphaSurvive) {
  const TemporaryFolder folder;
  Image grey(256, 1, 1);
  Image alpha(256, 2, 4);
  for (int v = 0; v < 256; ++v) {
    const auto value = static_cast<std::uint8_t>(v);
    grey.pixels[static_cast<std::size_t>(v)] = value;
    for (int y = 0; y < 2; ++y) {
      std::uint8_t* pixel = alpha.at(v, y);
      pixel[0] = y == 0 ? 255 : value;  // colours under alpha 0 are kept too
      pixel[3] = value;
    }
  }
  write_png(folder / "grey.png", grey.view());
  write_png(folder / "alpha.png", alpha.view());
  EXPECT_EQ(read_png(folder / "grey.png"), grey);
  EXPECT_EQ(read_png(folder / "alpha.png"), alpha);
}

TEST(Png, RowsMayBePadded) {
  const TemporaryFolder folder;
  const Image whole = noise_picture(20, 10, 3);
  const ImageView part{whole.at(4, 2), 9, 5, 3, whole.stride(), Device::cpu};
  write_png(folder / "part.png", part);
  EXPECT_EQ(read_png(folder / "part.png"), copy_of(part));
}

TEST(Png, HasNoTimeStampAndNoText) {
  const std::string bytes = encode_png(noise_picture(8, 8, 3).view());
  for (const char* chunk : {"tIME", "tEXt", "zTXt", "iTXt"}) EXPECT_EQ(bytes.find(chunk), std::string::npos) << chunk;
}

TEST(Png, OneSentenceForEachBadFile) {
  const TemporaryFolder folder;
  EXPECT_NE(error_of([&] { read_png(folder / "none.png"); }).find("none.png"), std::string::npos);
  write_file(folder / "text.png", "hello");
  EXPECT_NE(error_of([&] { read_png(folder / "text.png"); }).find("text.png"), std::string::npos);
  const std::string good = encode_png(noise_picture(64, 64, 3).view());
  write_file(folder / "cut.png", good.substr(0, good.size() / 2));
  EXPECT_NE(error_of([&] { read_png(folder / "cut.png"); }).find("cut.png"), std::string::npos);
  EXPECT_THROW(encode_png(ImageView{}), Error);
  const Image two_channels(2, 2, 2);
  EXPECT_NE(error_of([&] { encode_png(two_channels.view()); }).find("2 channels"), std::string::npos);
  EXPECT_NE(error_of([&] {
              ImageView view = two_channels.view();
              view.channels = 1;
              view.device = Device::cuda;
              encode_png(view);
            }).find("GPU"),
            std::string::npos);
}

TEST(Png, AHugeClaimIsRefusedBeforeItTakesMemory) {
  const TemporaryFolder folder;
  const Image line(1, 1, 3);
  std::string bytes = encode_png(line.view());
  // Width and height are big-endian at offset 16; the checksum of the chunk no longer fits either, and both are
  // refused.
  bytes.replace(16, 8, std::string("\x00\x0f\x00\x00\x00\x0f\x00\x00", 8));
  write_file(folder / "huge.png", bytes);
  EXPECT_NE(error_of([&] { read_png(folder / "huge.png"); }).find("huge.png"), std::string::npos);
}

TEST(Png, AFullDiskKeepsTheFileBefore) {
  const TemporaryFolder folder;
  const Image before = noise_picture(8, 8, 3);
  write_png(folder / "a.png", before.view());
  const Image large = noise_picture(200, 200, 3);
  std::string sentence;
  {
    const FullDisk full(10'000);
    sentence = error_of([&] { write_png(folder / "a.png", large.view()); });
    EXPECT_THROW(write_png(folder / "b.png", large.view()), Error);
  }
  EXPECT_NE(sentence.find("a.png: File too large"), std::string::npos) << sentence;
  EXPECT_EQ(read_png(folder / "a.png"), before);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a.png"});
}

}  // namespace
}  // namespace ganvas::media
