#include "core/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ganvas {
namespace {

TEST(RandomStream, MatchesThePublishedPhiloxVectors) {
  // Known answers of Philox4x32-10 for an all-zero key and counter (Random123).
  RandomStream stream(0, 0);
  EXPECT_EQ(stream.next_u32(), 0x6627e8d5u);
  EXPECT_EQ(stream.next_u32(), 0xe169c58du);
  EXPECT_EQ(stream.next_u32(), 0xbc57ac4cu);
  EXPECT_EQ(stream.next_u32(), 0x9b00dbd8u);
}

TEST(RandomStream, GoesOnExactlyAfterARestore) {
  RandomStream stream(7, 3);
  for (int i = 0; i < 13; ++i) stream.normal();
  const RandomStream::State state = stream.state();
  std::vector<double> expected;
  for (int i = 0; i < 9; ++i) expected.push_back(i % 2 == 0 ? stream.normal() : stream.uniform());
  RandomStream other(99);
  other.restore(state);
  for (int i = 0; i < 9; ++i)
    EXPECT_EQ(i % 2 == 0 ? other.normal() : other.uniform(), expected[static_cast<std::size_t>(i)]);
}

TEST(RandomStream, HasTheRightMoments) {
  RandomStream stream(1);
  double sum = 0, squares = 0, uniform = 0;
  constexpr int count = 200000;
  for (int i = 0; i < count; ++i) {
    const double x = stream.normal();
    sum += x;
    squares += x * x;
    uniform += stream.uniform();
  }
  EXPECT_NEAR(sum / count, 0.0, 0.01);
  EXPECT_NEAR(squares / count, 1.0, 0.02);
  EXPECT_NEAR(uniform / count, 0.5, 0.005);
}

TEST(RandomStream, BelowCoversItsRangeEvenly) {
  RandomStream stream(5);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[stream.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
}

TEST(LatentFromSeed, EqualsNumPyForSeedZero) {
  const std::vector<float> z = latent_from_seed(0, 5);
  const std::vector<float> expected{1.764052345967664f, 0.4001572083672233f, 0.9787379841057392f, 2.240893199201458f,
                                    1.867557990149967f};
  EXPECT_EQ(z, expected);
}

TEST(LatentFromSeed, APrefixDoesNotDependOnTheLength) {
  const std::vector<float> shorter = latent_from_seed(42, 7);
  const std::vector<float> longer = latent_from_seed(42, 512);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), longer.begin()));
}

}  // namespace
}  // namespace ganvas
