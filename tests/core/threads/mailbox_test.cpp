#include "core/threads/mailbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace ganvas {
namespace {

TEST(Mailbox, TheNewestValueWins) {
  Mailbox<int> box;
  EXPECT_FALSE(box.take().has_value());
  EXPECT_FALSE(box.put(1));
  EXPECT_TRUE(box.put(2));
  EXPECT_TRUE(box.full());
  EXPECT_EQ(box.take(), 2);
  EXPECT_FALSE(box.full());
  EXPECT_FALSE(box.take().has_value());
  EXPECT_EQ(box.version(), 2u);
}

TEST(Mailbox, WaitEndsWhenStopIsRequested) {
  Mailbox<int> box;
  std::atomic<bool> empty = false;
  std::jthread reader([&](std::stop_token stop) { empty = !box.wait(stop).has_value(); });
  reader.request_stop();
  reader.join();
  EXPECT_TRUE(empty);
}

TEST(Mailbox, AReaderSeesGrowingValuesAndTheLastOne) {
  Mailbox<std::shared_ptr<const int>> box;
  constexpr int last = 20000;
  std::jthread writer([&] {
    for (int i = 1; i <= last; ++i) box.put(std::make_shared<const int>(i));
  });
  int seen = 0;
  while (seen < last) {
    const auto value = box.wait({});
    ASSERT_TRUE(value.has_value());
    ASSERT_GT(**value, seen);
    seen = **value;
  }
}

TEST(Mailbox, ADroppedValueIsFreed) {
  Mailbox<std::shared_ptr<int>> box;
  auto first = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = first;
  box.put(std::move(first));
  box.put(std::make_shared<int>(2));
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace ganvas
