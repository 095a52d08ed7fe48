#include "ops/vector/parallel.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/error.h"

namespace ganvas::ops {
namespace {

class ParallelFor : public testing::Test {
 protected:
  void SetUp() override { at::set_num_threads(2); }
  void TearDown() override { at::set_num_threads(before_); }

 private:
  int before_ = at::get_num_threads();
};

TEST_F(ParallelFor, DoesEachItemOnce) {
  for (const std::int64_t count : {0, 1, 2, 7, 1000}) {
    for (const std::int64_t grain : {0, 1, 3, 2000}) {
      std::vector<std::atomic<int>> done(static_cast<std::size_t>(count));
      parallel_for(5, 5 + count, grain, [&](std::int64_t first, std::int64_t last) {
        EXPECT_LT(first, last);
        for (std::int64_t i = first; i < last; ++i) ++done[static_cast<std::size_t>(i - 5)];
      });
      for (const auto& times : done) EXPECT_EQ(times, 1) << count << " " << grain;
    }
  }
}

// A loop that stays on one thread gives the same results, so nothing else would notice. Each part waits for the other:
// a thread that has done its own takes what a late one has not begun.
TEST_F(ParallelFor, RunsOnSeveralThreads) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::latch both(2);
  parallel_for(0, 8, 1, [&](std::int64_t, std::int64_t) {
    both.arrive_and_wait();
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(threads.size(), 2U);
}

TEST_F(ParallelFor, OperatorsWithinAPartStayOnItsThread) {
  std::latch both(2);
  parallel_for(0, 2, 1, [&](std::int64_t, std::int64_t) {
    both.arrive_and_wait();
    EXPECT_EQ(at::get_num_threads(), 1);
  });
  EXPECT_EQ(at::get_num_threads(), 2);
}

TEST_F(ParallelFor, WithinAPartStaysOnItsThread) {
  parallel_for(0, 4, 1, [](std::int64_t, std::int64_t) {
    const auto here = std::this_thread::get_id();
    parallel_for(0, 100, 1, [&](std::int64_t first, std::int64_t last) {
      EXPECT_EQ(std::this_thread::get_id(), here);
      EXPECT_EQ(last - first, 100);
    });
  });
}

TEST_F(ParallelFor, ThrowsWhatAPartThrows) {
  std::atomic<int> done = 0;
  EXPECT_THROW(parallel_for(0, 2, 1,
                            [&](std::int64_t first, std::int64_t) {
                              if (first == 1) fail("no");
                              ++done;
                            }),
               Error);
  EXPECT_EQ(done, 1);
}

TEST_F(ParallelFor, OneThreadIsEnoughWhereMoreAreNotWanted) {
  at::set_num_threads(1);
  parallel_for(0, 8, 1, [&](std::int64_t first, std::int64_t last) { EXPECT_EQ(last - first, 8); });
}

}  // namespace
}  // namespace ganvas::ops
