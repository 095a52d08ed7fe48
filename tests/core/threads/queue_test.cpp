#include "core/threads/queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <thread>
#include <vector>

namespace ganvas {
namespace {

TEST(Queue, KeepsOrderAndItsBound) {
  Queue<int> queue(2);
  int value = 1;
  EXPECT_TRUE(queue.try_push(value));
  EXPECT_TRUE(queue.push(2));
  value = 3;
  EXPECT_FALSE(queue.try_push(value));
  EXPECT_EQ(value, 3);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.try_pop(), 2);
  EXPECT_FALSE(queue.try_pop().has_value());
}

TEST(Queue, CloseDrainsThenEnds) {
  Queue<int> queue(4);
  queue.push(1);
  queue.close();
  EXPECT_FALSE(queue.push(2));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_FALSE(queue.pop().has_value());
}

TEST(Queue, CloseWakesAWaitingWriterAndReader) {
  Queue<int> full(1), empty(1);
  full.push(1);
  bool pushed = true, popped = true;
  std::jthread writer([&] { pushed = full.push(2); });
  std::jthread reader([&] { popped = empty.pop().has_value(); });
  full.close();
  empty.close();
  writer.join();
  reader.join();
  EXPECT_FALSE(pushed);
  EXPECT_FALSE(popped);
}

TEST(Queue, EveryItemArrivesOnceFromManyWritersAtManyReaders) {
  Queue<int> queue(3);
  constexpr int writers = 4, readers = 3, each = 2000;
  std::vector<std::vector<int>> got(readers);
  std::vector<std::jthread> reading, writing;
  for (int r = 0; r < readers; ++r) {
    reading.emplace_back([&, r] {
      while (const auto item = queue.pop()) got[static_cast<std::size_t>(r)].push_back(*item);
    });
  }
  for (int w = 0; w < writers; ++w) {
    writing.emplace_back([&, w] {
      for (int i = 0; i < each; ++i) queue.push(w * each + i);
    });
  }
  writing.clear();
  queue.close();
  reading.clear();
  std::vector<int> all;
  for (const auto& part : got) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  std::vector<int> expected(writers * each);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
}

}  // namespace
}  // namespace ganvas
