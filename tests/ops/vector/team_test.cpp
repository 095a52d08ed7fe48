#include "ops/vector/team.h"

#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <mutex>
#include <set>

namespace ganvas::ops {
namespace {

struct Counted {
  std::atomic<int> times[64] = {};
  std::atomic<int> all{0};
};

void count(void* data, int part) {
  auto* counted = static_cast<Counted*>(data);
  ++counted->times[part];
  ++counted->all;
}

TEST(Team, DoesEachPartOnceInEveryCall) {
  for (const int helpers : {0, 1, 3}) {
    Team team(helpers);
    EXPECT_EQ(team.helpers(), helpers);
    for (int call = 0; call < 20000; ++call) {
      Counted counted;
      const int parts = 1 + call % 7;
      team.run(parts, count, &counted);
      ASSERT_EQ(counted.all, parts) << "of call " << call;
      for (int part = 0; part < parts; ++part) ASSERT_EQ(counted.times[part], 1) << "part " << part << " of " << call;
    }
  }
}

// Two teams at once do not look for work, but sleep: each of their parts is done all the same.
TEST(Team, TeamsOfSeveralThreadsWorkAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> all = 0;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      Team team(2);
      for (int call = 0; call < 3000; ++call) {
        Counted counted;
        team.run(3, count, &counted);
        all += counted.all;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(all, 3 * 3000 * 3);
}

TEST(Team, HelpersTakeParts) {
  struct Meeting {
    std::latch latch{3};
    std::mutex mutex;
    std::set<std::thread::id> threads;
  };
  Team team(2);
  for (int call = 0; call < 2; ++call) {
    std::this_thread::sleep_for(std::chrono::milliseconds(call * 20));  // long enough for helpers to fall asleep
    Meeting now;
    team.run(
        3,
        [](void* data, int) {
          auto* all = static_cast<Meeting*>(data);
          all->latch.arrive_and_wait();
          const std::lock_guard lock(all->mutex);
          all->threads.insert(std::this_thread::get_id());
        },
        &now);
    EXPECT_EQ(now.threads.size(), 3U);
  }
}

}  // namespace
}  // namespace ganvas::ops
