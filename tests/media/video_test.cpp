#include "media/film/video_writer.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "media/film/canvas.h"
#include "media/support.h"

namespace ganvas::media {
namespace {
using namespace test;

std::shared_ptr<const Image> shared(Image image) {
  return std::make_shared<const Image>(std::move(image));
}

std::string finish_error(VideoWriter& writer) {
  try {
    writer.finish();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

class EachEncoder : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Video, EachEncoder, testing::Values(video_encoder_name(), "mpeg4"),
                         [](const auto& info) { return info.param + (info.index == 0 ? "_best" : ""); });

TEST_P(EachEncoder, FilmReadsBackFrameByFrame) {
  const TemporaryFolder folder;
  constexpr int count = 40;
  VideoWriter writer({.path = folder / "film.mp4", .fps = 25, .encoder = GetParam(), .wait = true});
  for (int i = 0; i < count; ++i) {
    ASSERT_TRUE(writer.push(shared(moving_picture(160, 96, i / 40.0, i % 2 == 0 ? 3 : 4)), 7.5 + i / 25.0));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "film.mp4")) << "the name appears with the whole film";
  writer.finish();
  const VideoStats stats = writer.stats();
  EXPECT_EQ(stats.frames, count);
  EXPECT_EQ(stats.dropped, 0U);
  EXPECT_NEAR(stats.seconds, (count - 1) / 25.0, 1e-9);
  EXPECT_EQ(stats.bytes, std::filesystem::file_size(folder / "film.mp4"));
  EXPECT_FALSE(writer.push(shared(moving_picture(160, 96, 0)), 9)) << "a finished film takes no more";

  const Film film = read_film(folder / "film.mp4");
  EXPECT_EQ(film.codec, GetParam() == "libx264" ? "h264" : "mpeg4");
  EXPECT_EQ(film.width, 160);
  EXPECT_EQ(film.height, 96);
  EXPECT_NEAR(film.seconds, count / 25.0, 0.002);
  ASSERT_EQ(film.frames.size(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const FilmFrame& frame = film.frames[static_cast<std::size_t>(i)];
    EXPECT_NEAR(frame.seconds, i / 25.0, 1e-4);
    EXPECT_GT(psnr(frame.image, moving_picture(160, 96, i / 40.0)), 36) << "frame " << i;
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"film.mp4"});
}

TEST_P(EachEncoder, TimeStampsAreTheGivenOnes) {
  const TemporaryFolder folder;
  const std::vector<double> times = {0, 0.01, 0.5, 0.5166, 2.0, 2.001, 2.0333, 5.25};
  VideoWriter writer({.path = folder / "film.mp4", .encoder = GetParam(), .wait = true});
  for (const double t : times) writer.push(shared(moving_picture(64, 64, t / 6)), 100 + t);
  writer.finish();
  const Film film = read_film(folder / "film.mp4");
  ASSERT_EQ(film.frames.size(), times.size());
  for (std::size_t i = 0; i < times.size(); ++i) EXPECT_NEAR(film.frames[i].seconds, times[i], 1e-4);
  EXPECT_NEAR(film.seconds, 5.25 + 1.0 / 30, 0.002) << "the last frame lasts one nominal frame";
}

TEST(Video, TimesThatStandStillMoveOneTickOn) {
  const TemporaryFolder folder;
  VideoWriter writer({.path = folder / "film.mp4", .wait = true});
  for (const double t : {1.0, 1.0, 0.5, 2.0}) writer.push(shared(moving_picture(32, 32, t / 3)), t);
  writer.finish();
  const Film film = read_film(folder / "film.mp4");
  ASSERT_EQ(film.frames.size(), 4U);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_GT(film.frames[i].seconds, film.frames[i - 1].seconds);
  EXPECT_NEAR(film.frames[3].seconds, 1.0, 1e-4);
}

TEST(Video, OddSizesArePaddedByRepeatingTheEdge) {
  const TemporaryFolder folder;
  const Image picture = moving_picture(63, 41, 0.4);
  VideoWriter writer({.path = folder / "film.mp4", .crf = 4, .wait = true});
  for (int i = 0; i < 5; ++i) writer.push(shared(picture), i / 30.0);
  writer.finish();
  const Film film = read_film(folder / "film.mp4");
  ASSERT_EQ(film.width, 64);
  ASSERT_EQ(film.height, 42);
  const Image& shown = film.frames.back().image;
  EXPECT_GT(psnr(shown, picture), 38);
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(shown.at(63, 20)[c], picture.at(62, 20)[c], 6);
    EXPECT_NEAR(shown.at(30, 41)[c], picture.at(30, 40)[c], 6);
    EXPECT_NEAR(shown.at(63, 41)[c], picture.at(62, 40)[c], 6);
  }
}

TEST(Video, SmallestPictures) {
  const TemporaryFolder folder;
  VideoWriter writer({.path = folder / "film.mp4", .wait = true});
  writer.push(shared(noise_picture(1, 1, 1)), 0);
  writer.finish();
  const Film film = read_film(folder / "film.mp4");
  EXPECT_EQ(film.width, 2);
  EXPECT_EQ(film.frames.size(), 1U);
}

TEST(Video, SmallPicturesAreEnlargedByAWholeNumber) {
  const TemporaryFolder folder;
  const Image picture = noise_picture(20, 12, 4, 3);
  VideoWriter writer({.path = folder / "film.mp4", .shortest_side = 90, .crf = 2, .wait = true});
  for (int i = 0; i < 3; ++i) writer.push(shared(picture), i / 30.0);
  writer.finish();
  const Film film = read_film(folder / "film.mp4");
  ASSERT_EQ(film.width, 160);
  ASSERT_EQ(film.height, 96);
  double worst = 0;
  for (int y = 0; y < 12; ++y) {
    for (int x = 0; x < 20; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double difference = film.frames[2].image.at(8 * x + 4, 8 * y + 4)[c] - picture.at(x, y)[c];
        worst = std::max(worst, std::abs(difference));
      }
    }
  }
  EXPECT_LT(worst, 16) << "the middle of each block keeps the pixel's colour";
}

TEST(Video, FramesOfAnotherSizeAreLetterboxed) {
  const TemporaryFolder folder;
  VideoWriter writer({.path = folder / "film.mp4", .crf = 6, .wait = true});
  writer.push(shared(moving_picture(96, 64, 0.1)), 0);
  writer.push(shared(moving_picture(200, 200, 0.5)), 0.1);
  writer.push(shared(moving_picture(48, 32, 0.1)), 0.2);
  writer.finish();
  const Film film = read_film(folder / "film.mp4");
  ASSERT_EQ(film.frames.size(), 3U);
  const Image& boxed = film.frames[1].image;
  for (int c = 0; c < 3; ++c) {
    EXPECT_LT(boxed.at(4, 32)[c], 12) << "black at the side";
    EXPECT_LT(boxed.at(91, 32)[c], 12) << "black at the side";
    EXPECT_NEAR(boxed.at(48, 32)[c], moving_picture(64, 64, 0.5).at(32, 32)[c], 8);
  }
  EXPECT_GT(psnr(film.frames[2].image, moving_picture(96, 64, 0.1)), 28) << "half the size fills the frame";
}

TEST(Video, EqualFilmsAreEqualFiles) {
  const TemporaryFolder folder;
  for (const auto& [name, byte] : {std::pair{"a.mp4", 1}, std::pair{"b.mp4", 170}}) {
    const test::UsedMemory memory(static_cast<unsigned char>(byte));
    VideoWriter writer({.path = folder / name, .wait = true});
    for (int i = 0; i < 10; ++i) writer.push(shared(moving_picture(64, 48, i / 10.0)), i / 30.0);
    writer.finish();
  }
  EXPECT_TRUE(read_file(folder / "a.mp4") == read_file(folder / "b.mp4"));
}

TEST(Video, ALiveFilmCountsDroppedFramesAndGoesOn) {
  const TemporaryFolder folder;
  const auto large = shared(noise_picture(640, 480, 3));  // slow to encode, quick to push
  VideoWriter writer({.path = folder / "film.mp4", .preset = "slow", .capacity = 1});
  constexpr std::uint64_t count = 60;
  for (std::uint64_t i = 0; i < count; ++i) EXPECT_TRUE(writer.push(large, static_cast<double>(i) / 60));
  writer.finish();
  const VideoStats stats = writer.stats();
  EXPECT_GT(stats.dropped, 0U);
  EXPECT_GE(stats.frames, 1U);
  EXPECT_EQ(stats.frames + stats.dropped, count);
  EXPECT_EQ(read_film(folder / "film.mp4").frames.size(), stats.frames);
}

TEST(Video, CloseReturnsAndTheFilmCompletesByItself) {
  const TemporaryFolder folder;
  {
    VideoWriter writer({.path = folder / "film.mp4", .wait = true});
    for (int i = 0; i < 5; ++i) writer.push(shared(moving_picture(64, 48, i / 5.0)), i / 30.0);
    writer.close();
    EXPECT_FALSE(writer.push(shared(moving_picture(64, 48, 0)), 1));
  }
  EXPECT_EQ(read_film(folder / "film.mp4").frames.size(), 5U);
}

TEST(Video, WithoutFinishNothingIsLeft) {
  const TemporaryFolder folder;
  write_file(folder / "film.mp4", "the film before");
  {
    VideoWriter writer({.path = folder / "film.mp4"});
    for (int i = 0; i < 5; ++i) writer.push(shared(moving_picture(64, 48, i / 5.0)), i / 30.0);
  }
  EXPECT_EQ(read_file(folder / "film.mp4"), "the film before");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"film.mp4"});
}

TEST(Video, AKilledProgramLeavesNoFilmUnderTheName) {
  const TemporaryFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    VideoWriter writer({.path = folder / "film.mp4", .wait = true});
    for (int i = 0; i < 60; ++i) writer.push(shared(noise_picture(64, 48, 3, static_cast<unsigned>(i))), i / 30.0);
    _exit(writer.stats().frames > 0 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "film.mp4"));
}

class FullDiskVideo : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Video, FullDiskVideo, testing::Bool(),
                         [](const auto& info) { return info.param ? "export_waits" : "live"; });

TEST_P(FullDiskVideo, OneSentenceAndNothingLeft) {
  const TemporaryFolder folder;
  VideoWriter writer({.path = folder / "film.mp4", .capacity = 2, .wait = GetParam()});
  std::string sentence;
  bool refused = false;
  {
    const FullDisk full(100'000);
    for (unsigned i = 0; i < 2000 && !refused; ++i) {
      refused = !writer.push(shared(noise_picture(320, 240, 3, i)), i / 30.0);
    }
    sentence = finish_error(writer);
  }
  EXPECT_TRUE(refused) << "push says so";
  EXPECT_EQ(sentence, writer.error());
  EXPECT_EQ(sentence, "Cannot record " + (folder / "film.mp4").string() +
                          ": File too large; make room or record to another folder.");
  EXPECT_TRUE(writer.done());
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
  EXPECT_EQ(finish_error(writer), sentence) << "finish() may be called again";
}

TEST(Video, TheDiskMayFillAtTheVeryEnd) {
  const TemporaryFolder folder;
  VideoWriter writer({.path = folder / "film.mp4", .wait = true});
  for (unsigned i = 0; i < 4; ++i) writer.push(shared(noise_picture(320, 240, 3, i)), i / 30.0);
  {
    const FullDisk full(20'000);  // x264 still holds the frames
    EXPECT_NE(finish_error(writer).find("File too large"), std::string::npos);
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
}

TEST(Video, ErrorsComeAtTheStart) {
  const TemporaryFolder folder;
  write_file(folder / "file", "x");
  EXPECT_THROW(VideoWriter({.path = folder / "file" / "film.mp4"}), Error);
  EXPECT_THROW(VideoWriter({.path = folder / "film.avi"}), Error);
  EXPECT_THROW(VideoWriter({.path = folder / "film.mp4", .fps = 0}), Error);
  EXPECT_THROW(VideoWriter({.path = folder / "film.mp4", .crf = 99}), Error);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"file"});
}

TEST(Video, WhatTheEncoderRefusesIsASentence) {
  const TemporaryFolder folder;
  VideoWriter unknown({.path = folder / "a.mp4", .encoder = "no_such_encoder", .wait = true});
  unknown.push(shared(moving_picture(8, 8, 0)), 0);
  EXPECT_NE(finish_error(unknown).find("no video encoder no_such_encoder"), std::string::npos);
  VideoWriter empty({.path = folder / "b.mp4"});
  EXPECT_NE(finish_error(empty).find("there is no film"), std::string::npos);
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
}

}  // namespace
}  // namespace ganvas::media
