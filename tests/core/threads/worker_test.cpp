#include "core/threads/worker.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"

namespace ganvas {
namespace {

TEST(Worker, CompletionsRunInOrderOnTheOwnersThread) {
  std::vector<int> done;
  std::vector<std::string> failures;
  Worker worker([&](const std::string& sentence) { failures.push_back(sentence); });
  const std::thread::id owner = std::this_thread::get_id();
  for (int i = 0; i < 200; ++i) {
    worker.run([&, i]() -> Worker::Completion {
      EXPECT_NE(std::this_thread::get_id(), owner);
      if (i == 100) throw Error("The hundredth fails.");
      return [&done, i, owner] {
        EXPECT_EQ(std::this_thread::get_id(), owner);
        done.push_back(i);
      };
    });
  }
  while (worker.in_flight() > 0) {
    worker.drain();
    std::this_thread::yield();
  }
  EXPECT_EQ(failures, std::vector<std::string>{"The hundredth fails."});
  ASSERT_EQ(done.size(), 199U);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
}

TEST(Worker, TheEndFinishesJobsAndDropsWhatTheyReturn) {
  int worked = 0;
  bool completed = false;
  {
    Worker worker([](const std::string&) {});
    for (int i = 0; i < 50; ++i)
      worker.run([&]() -> Worker::Completion {
        ++worked;
        return [&] { completed = true; };
      });
  }
  EXPECT_EQ(worked, 50);
  EXPECT_FALSE(completed);
}

}  // namespace
}  // namespace ganvas
