#include "ui/widgets/chart_series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ganvas::ui {
namespace {

float value_at(int i) {
  return static_cast<float>(std::sin(i * 0.37) * (i % 17) - i % 5);
}

TEST(ChartSeries, RangeOfEveryStretchIsThatOfItsValues) {
  ChartSeries series;
  for (int i = 0; i < 300; ++i) series.append(value_at(i));
  for (std::size_t begin = 0; begin < 300; begin += 7) {
    for (std::size_t end = begin + 1; end <= 300; end += 5) {
      float low = series[begin];
      float high = low;
      for (std::size_t i = begin; i < end; ++i) {
        low = std::min(low, series[i]);
        high = std::max(high, series[i]);
      }
      const ValueRange range = series.range(begin, end);
      ASSERT_EQ(range.low, low) << begin << ".." << end;
      ASSERT_EQ(range.high, high) << begin << ".." << end;
    }
  }
}

TEST(ChartSeries, WhatIsNotFiniteCountsAsTheValueBefore) {
  ChartSeries series;
  series.append(2);
  series.append(std::numeric_limits<float>::quiet_NaN());
  series.append(std::numeric_limits<float>::infinity());
  EXPECT_EQ(series.range(0, 3).high, 2);
  EXPECT_EQ(series.range(0, 3).low, 2);
}

TEST(SmoothedSeries, AverageOfAConstantIsTheConstantFromTheStart) {
  SmoothedSeries series;
  series.set_smoothing(0.99F);
  for (int i = 0; i < 50; ++i) series.append(3);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_FLOAT_EQ(series.smooth()[i], 3);
}

TEST(SmoothedSeries, SmoothingChangedLaterIsAsIfFromTheStart) {
  SmoothedSeries early;
  SmoothedSeries late;
  early.set_smoothing(0.5F);
  for (int i = 0; i < 100; ++i) {
    early.append(value_at(i));
    late.append(value_at(i));
  }
  late.set_smoothing(0.5F);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_FLOAT_EQ(early.smooth()[i], late.smooth()[i]);
  early.set_smoothing(0);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_FLOAT_EQ(early.smooth()[i], early.raw()[i]);
}

}  // namespace
}  // namespace ganvas::ui
