#include "core/threads/threads.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>

namespace ganvas {
namespace {

/// Computes until this thread has used so many processor seconds.
void burn(double seconds) {
  const auto used = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  for (const double end = used() + seconds; used() < end;) {
  }
}

TEST(ThreadTime, CountsThreadsByTheirNamesAndThoseThatTheyStart) {
  const std::array<std::string_view, 1> busy = {"busy"};
  std::atomic<bool> burnt = false, read = false;
  std::array<std::vector<ThreadGroup>, 2> groups;
  std::thread worker;
  groups[0] = thread_groups(busy);
  worker = std::thread([&] {
    name_thread("busy (1)");
    std::thread child([] { burn(0.15); });
    burn(0.15);
    child.join();
    burn(0.15);
    burnt = true;
    while (!read) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  while (!burnt) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  groups[1] = thread_groups(busy);
  read = true;
  worker.join();
  // The child has ended, so its time has gone; ticks of 10 ms.
  ASSERT_EQ(groups[1].size(), 2U);
  EXPECT_EQ(groups[0][0].threads, 0);
  EXPECT_EQ(groups[1][0].threads, 1);
  EXPECT_GE(groups[1][0].seconds, 0.27);
  EXPECT_LT(groups[1][1].seconds - groups[0][1].seconds, 0.15);
}

TEST(ThreadTime, OwnWorkIsCounted) {
  const double before = thread_groups({}).back().seconds;
  burn(0.2);
  EXPECT_GE(thread_groups({}).back().seconds - before, 0.17);
}

}  // namespace
}  // namespace ganvas
