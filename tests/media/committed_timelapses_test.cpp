// The films in docs/timelapses, decoded again.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/json.h"
#include "media/caption.h"
#include "media/support.h"

namespace ganvas {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(GANVAS_SOURCE_FOLDER) / "docs" / "timelapses";

/// Below the picture, the column up to which a curve is drawn in full; what is to come is faint.
int reached(const Image& frame) {
  int last = 0;
  for (int y = frame.height - caption_height(frame.width); y < frame.height; ++y) {
    for (int x = frame.width * 2 / 3; x < frame.width; ++x) {
      const std::uint8_t* pixel = frame.at(x, y);
      const int strongest = std::max({pixel[0], pixel[1], pixel[2]});
      const int weakest = std::min({pixel[0], pixel[1], pixel[2]});
      if (strongest > 150 && strongest - weakest > 100) last = std::max(last, x);
    }
  }
  return last;
}

TEST(CommittedTimelapses, AreWhatTheyAreSaidToBe) {
  const Json films = read_json(folder / "films.json");
  EXPECT_GE(films.size(), 5U);
  for (const auto& [name, said] : films.items()) {
    SCOPED_TRACE(name);
    EXPECT_LT(fs::file_size(folder / name), 4'000'000U);
    const test::Film film = test::read_film(folder / name);
    EXPECT_EQ(film.frames.size(), said["frames"].get<std::size_t>());
    EXPECT_NEAR(film.seconds, said["frames"].get<double>() / said["fps"].get<double>(), 0.1);
    EXPECT_EQ(film.width, said["width"]);
    EXPECT_EQ(film.height, said["height"]);
    int before = 0;
    for (const auto& frame : film.frames) {
      const int now = reached(frame.image);
      EXPECT_GE(now, before - 2) << "the caption goes on, frame after frame";
      before = std::max(before, now);
    }
    EXPECT_LT(reached(film.frames.front().image), film.width * 3 / 4);
    EXPECT_GT(before, film.width * 9 / 10) << "and comes to the end";
    EXPECT_NE(film.frames.front().image.pixels, film.frames.back().image.pixels);
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".mp4") || name.ends_with(".gif")) EXPECT_TRUE(films.contains(name)) << name;
  }
}

}  // namespace
}  // namespace ganvas
