#include "inputs/audio.h"

#include <gtest/gtest.h>
#include <sndfile.h>
#include <unistd.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "support/source_folder.h"

namespace ganvas::inputs {
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

class SoundFiles : public testing::Test {
 protected:
  std::string path = "/tmp/ganvas-sound-" + std::to_string(::getpid()) + ".wav";
  void write(const std::vector<float>& samples) const {
    SF_INFO info{.samplerate = rate, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
    SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
    sf_writef_float(file, samples.data(), static_cast<sf_count_t>(samples.size()));
    sf_close(file);
  }
  void TearDown() override { ::unlink(path.c_str()); }
};

double value_of(const std::vector<InputEvent>& events, const std::string& source) {
  for (const InputEvent& event : events)
    if (event.source == source) return event.value;
  return -1;
}

TEST_F(SoundFiles, PlayInTimeAgainAndAgain) {
  std::vector<float> samples = sine(60, 1);
  samples.resize(static_cast<std::size_t>(3 * rate), 0);  // a second of bass, two of silence
  write(samples);
  SoundFile file(path);
  EXPECT_NEAR(file.seconds(), 3, 1e-6);
  EXPECT_GT(value_of(file.advance(0.9), "audio low"), 0.9);
  EXPECT_LT(value_of(file.advance(2.0), "audio low"), 0.6);
  EXPECT_GT(value_of(file.advance(0.8), "audio low"), 0.9) << "from the start again";
}

TEST_F(SoundFiles, WhatIsNoneIsSaid) {
  EXPECT_THROW(SoundFile("/nowhere.wav"), Error);
  EXPECT_THROW(SoundFile(test::source_folder() + "/README.md"), Error);
}

TEST(SoundInput, IsThereOrSaysThatItIsNot) {
  try {
    SoundDevice device;
    EXPECT_EQ(device.now().size(), 4U);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("choose a sound file"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ganvas::inputs
