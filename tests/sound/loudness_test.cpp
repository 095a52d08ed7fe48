#include "sound/loudness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace ganvas::sound {
namespace {

constexpr int rate = 48000;

std::vector<float> sine(double hertz, double seconds, double amplitude = 1) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * rate));
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate));
  return samples;
}

Loudness after(const std::vector<float>& samples) {
  LoudnessMeter meter(rate);
  meter.add(samples);
  return meter.now();
}

TEST(Loudness, FollowsDecibelsOfFullScale) {
  EXPECT_EQ(after(std::vector<float>(rate, 0)).level, 0);
  EXPECT_NEAR(after(sine(1000, 2)).level, 1, 0.03);
  EXPECT_NEAR(after(sine(1000, 2, 0.1)).level, 1 - 20.0 / 60, 0.03) << "-20 dB of 60";
  EXPECT_NEAR(after(sine(1000, 2, 0.01)).level, 1 - 40.0 / 60, 0.03);
  EXPECT_EQ(after(sine(1000, 2, 1e-5)).level, 0);
}

TEST(Loudness, PartsTheBands) {
  const Loudness low = after(sine(60, 2)), middle = after(sine(700, 2)), high = after(sine(8000, 2));
  EXPECT_GT(low.low, 0.95);
  EXPECT_LT(low.middle, 0.7);
  EXPECT_LT(low.high, 0.05);
  EXPECT_GT(middle.middle, 0.93);
  EXPECT_LT(middle.low, 0.75);
  EXPECT_LT(middle.high, 0.75);
  EXPECT_GT(high.high, 0.95);
  EXPECT_LT(high.low, 0.05);
}

TEST(Loudness, FallsSlowlyAndRisesFast) {
  LoudnessMeter meter(rate);
  meter.add(sine(1000, 1));
  const double loud = meter.now().level;
  meter.add(std::vector<float>(rate / 100, 0));
  EXPECT_GT(meter.now().level, loud - 0.05) << "10 ms later";
  meter.add(std::vector<float>(4 * rate, 0));
  EXPECT_LT(meter.now().level, 0.2);
}

}  // namespace
}  // namespace ganvas::sound
