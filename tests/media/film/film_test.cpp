#include "media/film/film.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "media/support.h"

namespace ganvas::media {
namespace {

namespace fs = std::filesystem;
using test::moving_picture;

bool go_on(int, int) {
  return true;
}

class FilmKinds : public testing::TestWithParam<const char*> {};

TEST_P(FilmKinds, ComesBackFrameByFrame) {
  test::TemporaryFolder folder;
  constexpr int frames = 12, fps = 20;
  const FilmOptions options{.path = folder / (std::string("film") + GetParam()), .frames = frames, .fps = fps};
  const auto picture = [](int i) { return moving_picture(48, 32, i / 12.0); };
  ASSERT_TRUE(make_film(options, picture, go_on));
  EXPECT_EQ(folder.names(), (std::vector<std::string>{options.path.filename().string()})) << "nothing else is left";
  const test::Film film = test::read_film(options.path);
  EXPECT_EQ(film.width, 48);
  EXPECT_EQ(film.height, 32);
  ASSERT_EQ(film.frames.size(), static_cast<std::size_t>(frames));
  for (int i = 0; i < frames; ++i) {
    EXPECT_NEAR(film.frames[static_cast<std::size_t>(i)].seconds, static_cast<double>(i) / fps, 0.011);
    EXPECT_GT(test::psnr(film.frames[static_cast<std::size_t>(i)].image, picture(i)), 24) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, FilmKinds, testing::Values(".mp4", ".gif"));

TEST(Film, EqualFilmsAreEqualFilesWhateverTheMemoryHeldBefore) {
  test::TemporaryFolder folder;
  for (const char* extension : {".mp4", ".gif", ".webp"}) {
    std::vector<std::string> films;
    for (const unsigned char byte : {1, 170, 255}) {
      const test::UsedMemory memory(byte);
      const FilmOptions options{.path = folder / (std::string("film") + extension), .frames = 12, .fps = 20};
      ASSERT_TRUE(make_film(
          options, [](int i) { return moving_picture(48, 32, i / 12.0); }, go_on));
      films.push_back(read_file(options.path));
    }
    EXPECT_TRUE(films[0] == films[1] && films[0] == films[2]) << extension;
  }
}

/// libav 59 writes animated WebP but does not read it: the container is read here, by Google's specification.
TEST(Film, AnAnimatedWebpHoldsAllItsFrames) {
  test::TemporaryFolder folder;
  const FilmOptions options{.path = folder / "film.webp", .frames = 9, .fps = 25};
  ASSERT_TRUE(make_film(
      options, [](int i) { return moving_picture(40, 24, i / 9.0); }, go_on));
  const std::string bytes = read_file(options.path);
  const auto number = [&](std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = count - 1; i >= 0; --i)
      value = value << 8 | static_cast<unsigned char>(bytes.at(at + static_cast<std::size_t>(i)));
    return value;
  };
  ASSERT_EQ(bytes.substr(0, 4), "RIFF");
  ASSERT_EQ(bytes.substr(8, 4), "WEBP");
  EXPECT_EQ(number(4, 4) + 8, bytes.size());
  int frames = 0;
  std::uint32_t milliseconds = 0;
  for (std::size_t at = 12; at + 8 <= bytes.size(); at += 8 + (number(at + 4, 4) + 1) / 2 * 2) {
    const std::string kind = bytes.substr(at, 4);
    if (kind == "VP8X") {
      EXPECT_EQ(number(at + 12, 3) + 1, 40U);
      EXPECT_EQ(number(at + 15, 3) + 1, 24U);
    }
    if (kind != "ANMF") continue;
    ++frames;
    milliseconds += number(at + 8 + 12, 3);
  }
  EXPECT_GE(frames, 8) << "equal neighbours may be one";
  EXPECT_NEAR(milliseconds, 360, 45);
}

TEST(Film, AFolderOfPicturesStays) {
  test::TemporaryFolder folder;
  int made = 0;
  const FilmOptions options{.path = folder / "frames", .frames = 5, .content = "a"};
  const auto picture = [&](int i) {
    ++made;
    return moving_picture(16, 16, i / 5.0);
  };
  EXPECT_FALSE(make_film(options, picture, [](int done, int) { return done < 3; }));
  EXPECT_EQ(made, 3);
  EXPECT_TRUE(make_film(options, picture, go_on));
  EXPECT_EQ(made, 5) << "those that were there are not made again";
  EXPECT_TRUE(fs::exists(options.path / "frame00004.png"));
  FilmOptions other = options;
  other.content = "b";
  EXPECT_TRUE(make_film(other, picture, go_on));
  EXPECT_EQ(made, 10) << "those of something else are";
}

TEST(Film, WhatCannotBeMadeIsNamed) {
  EXPECT_THROW(check_film({.path = "a.avi"}), Error);
  EXPECT_THROW(check_film({.path = "a.gif", .fps = 101}), Error);
  EXPECT_THROW(check_film({.path = "a.mp4", .frames = 0}), Error);
  EXPECT_NO_THROW(check_film({.path = "a", .fps = 120}));
  EXPECT_THROW(check_film({.path = "a.gif", .sound = "a.wav"}), Error);
  EXPECT_NO_THROW(check_film({.path = "a.mp4", .sound = "a.wav"}));
}

}  // namespace
}  // namespace ganvas::media
