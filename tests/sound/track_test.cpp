#include "sound/track.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "sound/sound_file.h"
#include "support/sounds.h"
#include "support/temporary_folder.h"

namespace ganvas::sound {
namespace {

using test::click_track;
using test::even_clicks;
using test::write_sound;

/// Each of the times has one of `wanted` within `most` seconds.
void expect_near(const std::vector<double>& times, const std::vector<double>& wanted, double most, const char* what) {
  for (const double time : times) {
    double nearest = 1e9;
    for (const double one : wanted) nearest = std::min(nearest, std::abs(one - time));
    EXPECT_LE(nearest, most) << what << " at " << time << " s";
  }
}

struct Piece {
  int rate;
  double tempo, first;
};

class Pieces : public testing::TestWithParam<Piece> {};

/// Half a minute of clicks: every click is an onset and a beat, and nothing else is.
TEST_P(Pieces, OnsetsBeatsAndTempoAreThoseOfTheClicks) {
  const test::TemporaryFolder folder;
  const auto [rate, tempo, first] = GetParam();
  const std::vector<double> clicks = even_clicks(tempo, first, 30);
  write_sound(folder / "clicks.wav", click_track(clicks, 30, rate), rate);
  const Track track = *hear_track(folder / "clicks.wav");
  EXPECT_NEAR(track.seconds(), 30, 1e-9);
  EXPECT_EQ(track.onsets().size(), clicks.size());
  expect_near(track.onsets(), clicks, 0.01, "onset");
  expect_near(clicks, track.onsets(), 0.01, "click");
  EXPECT_NEAR(track.tempo(), tempo, 0.01 * tempo);
  EXPECT_EQ(track.beats().size(), clicks.size());
  expect_near(track.beats(), clicks, 0.01, "beat");
  EXPECT_TRUE(std::is_sorted(track.beats().begin(), track.beats().end()));
}

INSTANTIATE_TEST_SUITE_P(Tempos, Pieces,
                         testing::Values(Piece{44100, 120, 0.5}, Piece{48000, 97, 0.3}, Piece{8000, 140, 0.2},
                                         Piece{96000, 110, 1}),
                         [](const auto& piece) { return fmt::format("At{:.0f}", piece.param.tempo); });

class Tracks : public testing::Test {
 protected:
  test::TemporaryFolder folder;
  Track hear(const std::vector<float>& samples, int channels = 1) {
    write_sound(folder / "a.wav", samples, 44100, channels);
    return *hear_track(folder / "a.wav");
  }
};

TEST_F(Tracks, AMomentIsAFunctionOfItsTime) {
  const Track track = hear(click_track({1, 1.5, 2.25}, 4));
  ASSERT_EQ(track.onsets().size(), 3U);
  const double onset = track.onsets()[1];
  EXPECT_EQ(track.at(-0.1).onset, 0);
  EXPECT_EQ(track.at(0.9).onset, 0) << "nothing has happened yet";
  EXPECT_NEAR(track.at(onset).onset, 1, 1e-6) << "at the onset itself";
  EXPECT_NEAR(track.at(onset + 0.15).onset, std::exp(-1), 1e-6);
  EXPECT_LT(track.at(onset - 0.001).onset, 0.1) << "the last one is half a second ago";
  EXPECT_GT(track.at(1.52).loudness.level, track.at(0.5).loudness.level + 0.5);
  for (const double time : {0.3, 3.9, 1.52, 1.0}) {
    const Heard once = track.at(time), again = track.at(time);
    EXPECT_EQ(once.loudness.level, again.loudness.level);
    EXPECT_EQ(once.onset, again.onset);
  }
  EXPECT_LT(track.at(100).onset, 1e-9) << "after the end";
}

TEST_F(Tracks, ThePlaceOfTheLoudnessIsThatOfTheSound) {
  std::vector<float> samples(3 * 44100);
  for (std::size_t i = 44100; i < 2 * 44100; ++i) samples[i] = 0.9F * std::sin(static_cast<float>(i) * 0.01F);
  const Track track = hear(samples);
  EXPECT_EQ(track.at(0.995).loudness.low, 0);
  EXPECT_GT(track.at(1.05).loudness.low, 0.8);
  EXPECT_LT(track.at(2.9).loudness.low, track.at(2.0).loudness.low - 0.2);
}

TEST_F(Tracks, ChannelsAreHeardTogether) {
  const std::vector<double> clicks = even_clicks(120, 0.5, 8);
  const Track both = hear(click_track(clicks, 8, 44100, 2), 2);
  EXPECT_NEAR(both.seconds(), 8, 1e-9);
  EXPECT_EQ(both.onsets().size(), clicks.size());
}

TEST_F(Tracks, BarsAreEachSoManyBeats) {
  const Track track = hear(click_track(even_clicks(120, 0.5, 20), 20));
  const std::vector<double> bars = track.bars(4);
  ASSERT_GE(bars.size(), 9U);
  EXPECT_NEAR(bars[0], 0.5, 0.04);
  for (std::size_t i = 1; i < bars.size(); ++i) EXPECT_NEAR(bars[i] - bars[i - 1], 2, 0.06);
  EXPECT_EQ(track.bars(1), track.beats());
  EXPECT_THROW(static_cast<void>(track.bars(0)), Error);
}

TEST_F(Tracks, BeatsGoOnThroughARest) {
  std::vector<double> clicks = even_clicks(120, 0.5, 30);
  std::erase_if(clicks, [](double time) { return time > 12.2 && time < 14.7; });
  const Track track = hear(click_track(clicks, 30));
  for (std::size_t i = 1; i < track.beats().size(); ++i)
    EXPECT_NEAR(track.beats()[i] - track.beats()[i - 1], 0.5, 0.13) << "at " << track.beats()[i] << " s";
  EXPECT_NEAR(track.tempo(), 120, 1.2);
}

TEST_F(Tracks, SilenceHasNoRhythm) {
  const Track track = hear(std::vector<float>(5 * 44100));
  EXPECT_TRUE(track.onsets().empty());
  EXPECT_TRUE(track.beats().empty());
  EXPECT_EQ(track.tempo(), 0);
  try {
    static_cast<void>(track.bars(4));
    FAIL() << "no bars without beats";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("a.wav"), std::string::npos) << error.what();
  }
}

TEST_F(Tracks, TheHashIsOfWhatIsHeard) {
  const std::string one = hear(click_track({1, 2}, 4)).hash();
  EXPECT_EQ(hear(click_track({1, 2}, 4)).hash(), one);
  EXPECT_NE(hear(click_track({1, 2.1}, 4)).hash(), one);
  EXPECT_NE(hear(click_track({1, 2}, 4.1)).hash(), one);
}

TEST_F(Tracks, HearingCanBeStopped) {
  write_sound(folder / "long.wav", std::vector<float>(20 * 44100));
  int asked = 0;
  EXPECT_FALSE(hear_track(folder / "long.wav", [&] { return ++asked < 3; }));
  EXPECT_EQ(asked, 3);
}

TEST(Ears, HearOnsetsAndBeatsAsTheyCome) {
  constexpr int rate = 48000, piece = 480;
  const std::vector<double> clicks = even_clicks(120, 0.5, 12);
  const std::vector<float> samples = click_track(clicks, 12, rate);
  Ear ear(rate);
  std::size_t onsets = 0, beats = 0;
  Heard before;
  for (std::size_t at = 0; at + piece <= samples.size(); at += piece) {
    ear.add(std::span(samples).subspan(at, piece));
    const Heard now = ear.now();
    const double seconds = static_cast<double>(at + piece) / rate;
    if (now.onset > before.onset) {
      ++onsets;
      double since = 1;
      for (const double click : clicks)
        if (click <= seconds) since = std::min(since, seconds - click);
      EXPECT_LT(since, 0.06) << "found late, at " << seconds << " s";
    }
    if (now.beat > before.beat) ++beats;
    before = now;
  }
  EXPECT_EQ(onsets, clicks.size());
  EXPECT_GE(beats + 8, clicks.size()) << "the first ones go by before the beat is known";
  const std::vector<float> silence(static_cast<std::size_t>(rate));
  for (int i = 0; i < 8; ++i) ear.add(silence);
  EXPECT_LT(ear.now().beat, 0.01) << "nobody taps along with silence";
  EXPECT_LT(ear.now().onset, 0.01);
}

TEST(Ears, SurviveWhatIsNoSound) {
  Ear ear(48000);
  std::vector<float> odd(48000, std::nanf(""));
  std::fill(odd.begin() + 24000, odd.end(), 3e38F);
  ear.add(odd);
  const std::vector<float> after = click_track({0.5, 1}, 2, 48000);
  ear.add(std::vector<float>(96000));
  ear.add(after);
  EXPECT_TRUE(std::isfinite(ear.now().loudness.level));
  EXPECT_GT(ear.now().onset, 0.0005) << "the last click was a second ago";
}

}  // namespace
}  // namespace ganvas::sound
