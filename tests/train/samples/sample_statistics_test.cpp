#include "train/samples/sample_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ganvas::train {
namespace {

at::Tensor constant(double value) {
  return at::full({1, 1, 4, 4}, value);
}

TEST(SampleStatistics, OnTwoGreysItIsArithmetic) {
  // Reals at -0.5 and 0.5: their distance is 4 pixels' root of 16, times 1.
  const SampleStatistics statistics(at::cat({constant(-0.5), constant(0.5)}));
  const SampleFigures same = statistics.of(at::cat({constant(-0.5), constant(0.5)}));
  EXPECT_DOUBLE_EQ(same.diversity, 1);
  EXPECT_DOUBLE_EQ(same.distance, 0);  // 2 * mean(0, 4, 4, 0) - 4 - 4 is below zero: no distance
  const SampleFigures alike = statistics.of(at::cat({constant(1), constant(1)}));
  EXPECT_DOUBLE_EQ(alike.diversity, 0);
  // Distances to the reals 6 and 2: 2 * 4 - 0 - 4 = 4, over 8.
  EXPECT_DOUBLE_EQ(alike.distance, 0.5);
  EXPECT_DOUBLE_EQ(statistics.of(at::cat({constant(0), constant(0.25)})).diversity, 0.25);
}

TEST(SampleStatistics, FineNoiseIsNoVariety) {
  const at::Tensor reals = at::randn({8, 3, 1, 1}).expand({8, 3, 64, 64}).contiguous();
  const at::Tensor checks = at::tensor({1.0f, -1.0f}).repeat({32}).view({1, 1, 1, 64}).expand({1, 3, 64, 64});
  const at::Tensor noise = at::cat({checks, -checks, checks * 0.5});
  EXPECT_NEAR(SampleStatistics(reals).of(noise).diversity, 0, 1e-6);
}

TEST(SampleStatistics, WhatIsNoNumberStaysNone) {
  const SampleStatistics statistics(at::cat({constant(-0.5), constant(0.5)}));
  EXPECT_TRUE(std::isnan(statistics.of(at::cat({constant(NAN), constant(0)})).diversity));
}

}  // namespace
}  // namespace ganvas::train
