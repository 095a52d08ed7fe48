#include "inputs/audio.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "support/sounds.h"
#include "support/temporary_folder.h"

namespace ganvas::inputs {
namespace {

double value_of(const std::vector<InputEvent>& events, const std::string& source) {
  for (const InputEvent& event : events)
    if (event.source == source) return event.value;
  return -1;
}

TEST(SilentPlayers, PlayInTimeAgainAndAgain) {
  const test::TemporaryFolder folder;
  std::vector<float> samples(3 * 44100);  // a second of bass, two of silence
  for (std::size_t i = 0; i < 44100; ++i) samples[i] = std::sin(static_cast<float>(i) * 0.0085F);
  test::write_sound(folder / "bass.wav", samples);
  SilentPlayer player(*sound::hear_track(folder / "bass.wav"));
  EXPECT_GT(value_of(player.advance(0.9), "audio low"), 0.9);
  EXPECT_LT(value_of(player.advance(2.0), "audio low"), 0.6);
  EXPECT_GT(value_of(player.advance(0.8), "audio low"), 0.9) << "from the start again";
  EXPECT_GT(value_of(player.advance(6.0), "audio low"), 0.9) << "two rounds later";
}

TEST(SilentPlayers, SayOnsetsAndBeatsWhereTheyAre) {
  const test::TemporaryFolder folder;
  test::write_sound(folder / "clicks.wav", test::click_track(test::even_clicks(120, 0.5, 10), 10));
  SilentPlayer player(*sound::hear_track(folder / "clicks.wav"));
  const std::vector<InputEvent> on = player.advance(5.01), off = player.advance(0.45);
  EXPECT_GT(value_of(on, "audio onset"), 0.85);
  EXPECT_GT(value_of(on, "audio beat"), 0.7);
  EXPECT_LT(value_of(off, "audio onset"), 0.1);
  EXPECT_LT(value_of(off, "audio beat"), 0.1);
}

TEST(SoundInput, IsThereOrSaysThatItIsNot) {
  try {
    SoundDevice device;
    EXPECT_EQ(device.now().size(), sound_events({}).size());
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("choose a sound file"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ganvas::inputs
