#include "train/ranks/thread_meeting.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "support/thread_ranks.h"
#include "train/ranks/process_group.h"

namespace ganvas::train {
namespace {

at::Tensor part(int rank, std::int64_t count) {
  return at::randn({count}, at::make_generator<at::CPUGeneratorImpl>(static_cast<std::uint64_t>(rank + 1)));
}

TEST(ThreadMeeting, SumsInTheOrderOfTheRanks) {
  for (const int size : {1, 2, 3}) {
    for (const std::int64_t count : {0, 1, 2, 1001}) {
      at::Tensor expected = part(0, count).clone();
      for (int rank = 1; rank < size; ++rank) expected.add_(part(rank, count));
      const auto meeting = std::make_shared<ThreadMeeting>(size);
      test::on_ranks(size, [&](int rank) {
        for (int call = 0; call < 50; ++call) {
          at::Tensor tensor = part(rank, count);
          meeting->sum(rank, tensor);
          EXPECT_TRUE(tensor.equal(expected)) << size << " " << count;
        }
        at::Tensor sparse = at::zeros({count, 2}).select(1, 0);  // not contiguous
        sparse.copy_(part(rank, count));
        meeting->sum(rank, sparse);
        EXPECT_TRUE(sparse.equal(expected));
      });
    }
  }
}

TEST(ThreadMeeting, WhoLeavesIsNamedToWhoWaits) {
  const auto meeting = std::make_shared<ThreadMeeting>(2);
  std::string told;
  test::on_ranks(2, [&](int rank) {
    if (rank == 1) return meeting->leave("The disk is full.");
    at::Tensor tensor = at::ones({3});
    try {
      meeting->sum(rank, tensor);
    } catch (const Error& error) {
      told = error.what();
    }
  });
  EXPECT_EQ(told, "The disk is full.");
}

TEST(ThreadMeeting, TensorsThatDifferEndTheRun) {
  const auto meeting = std::make_shared<ThreadMeeting>(2);
  std::atomic<int> refused = 0;
  test::on_ranks(2, [&](int rank) {
    at::Tensor tensor = at::ones({3 + rank});
    try {
      meeting->sum(rank, tensor);
    } catch (const Error&) {
      ++refused;
    }
  });
  EXPECT_EQ(refused, 2);
}

TEST(ThreadMeeting, CarriesAProcessGroup) {
  const auto meeting = std::make_shared<ThreadMeeting>(3);
  test::on_ranks(3, [&](int rank) {
    ProcessGroup group(meeting, rank);
    EXPECT_EQ(group.rank(), rank);
    EXPECT_EQ(group.size(), 3);
    EXPECT_EQ(group.gather(std::string(static_cast<std::size_t>(rank), 'x')), (std::vector<std::string>{"", "x", "xx"}));
    EXPECT_EQ(group.from_first(rank == 0 ? "go" : ""), "go");
    EXPECT_TRUE(group.any(rank == 2));
    EXPECT_FALSE(group.any(false));
    group.check();
  });
}

}  // namespace
}  // namespace ganvas::train
