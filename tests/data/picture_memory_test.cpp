#include "data/picture_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace ganvas::data {
namespace {

Image picture_of(int value) {
  Image picture(4, 3, 3);
  std::fill(picture.pixels.begin(), picture.pixels.end(), static_cast<std::uint8_t>(value));
  return picture;
}

TEST(PictureMemory, RecallsWhatItKeptAndNothingElse) {
  PictureMemory memory(36, 10, 1000);
  Image picture(4, 3, 3);
  EXPECT_FALSE(memory.recall(2, picture));
  memory.keep(2, picture_of(7));
  EXPECT_TRUE(memory.recall(2, picture));
  EXPECT_EQ(picture, picture_of(7));
  EXPECT_FALSE(memory.recall(3, picture));
}

TEST(PictureMemory, KeepsTheFirstThatFit) {
  PictureMemory memory(36, 10, 36 * 4 + 35);
  Image picture(4, 3, 3);
  for (int i = 0; i < 10; ++i) memory.keep(i, picture_of(i));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(memory.recall(i, picture), i < 4) << i;
}

TEST(PictureMemory, ThreadsSeeWholePictures) {
  PictureMemory memory(36, 200, 36 * 200);
  const auto work = [&] {
    for (int i = 0; i < 200; ++i) {
      Image picture(4, 3, 3);
      if (memory.recall(i, picture)) EXPECT_EQ(picture, picture_of(i)) << i;
      memory.keep(i, picture_of(i));
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  }
  Image picture(4, 3, 3);
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(memory.recall(i, picture) && picture == picture_of(i)) << i;
}

}  // namespace
}  // namespace ganvas::data
