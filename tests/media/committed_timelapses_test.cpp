// The films in docs/timelapses, decoded again.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/json.h"
#include "media/caption.h"
#include "media/support.h"
#include "support/source_folder.h"

namespace ganvas::media {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(test::source_folder()) / "docs" / "timelapses";

constexpr int curves_from = 68, curves_to = 99;  // percent of the width

/// How far two captions differ in a column.
int distance(const Image& a, const Image& b, int x) {
  int sum = 0;
  for (int y = a.height - caption_height(a.width); y < a.height; ++y)
    for (int c = 0; c < 3; ++c) sum += std::abs(int{a.at(x, y)[c]} - int{b.at(x, y)[c]});
  return sum;
}

/// Columns of the curves that are drawn in full: as in the last frame, and not faint as in the first.
int reached(const Image& frame, const Image& first, const Image& last) {
  int columns = 0;
  for (int x = frame.width * curves_from / 100; x < frame.width * curves_to / 100; ++x) {
    if (distance(first, last, x) > 60 && distance(frame, last, x) < distance(frame, first, x)) ++columns;
  }
  return columns;
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
    const Image &first = film.frames.front().image, &last = film.frames.back().image;
    int before = 0;
    for (const auto& frame : film.frames) {
      const int now = reached(frame.image, first, last);
      EXPECT_GE(now, before - 2) << "the caption goes on, frame after frame";
      before = std::max(before, now);
    }
    const int middle = reached(film.frames[film.frames.size() / 2].image, first, last);
    EXPECT_GT(middle, before / 4) << "and neither at once";
    EXPECT_LT(middle, before * 3 / 4) << "nor at the end alone";
    EXPECT_GT(before, film.width / 5);
    EXPECT_NE(film.frames.front().image.pixels, film.frames.back().image.pixels);
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".mp4") || name.ends_with(".gif")) {
      EXPECT_TRUE(films.contains(name)) << name;
    }
  }
}

}  // namespace
}  // namespace ganvas::media
