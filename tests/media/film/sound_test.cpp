// Films with sound, decoded again by libav.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "media/film/film.h"
#include "media/support.h"
#include "support/sounds.h"

namespace ganvas::media {
namespace {

using test::moving_picture;

/// A film of so many frames with the sound of a file.
test::Film film_with(const std::filesystem::path& sound, const test::TemporaryFolder& folder, int frames, int fps) {
  const FilmOptions options{.path = folder / "film.mp4", .frames = frames, .fps = fps, .sound = sound};
  EXPECT_TRUE(make_film(
      options, [&](int i) { return moving_picture(32, 32, static_cast<double>(i) / frames); },
      [](int, int) { return true; }));
  return test::read_film(options.path);
}

/// The loudest sample of a channel between two times of the film, and when it is.
std::pair<double, double> loudest(const test::FilmSound& sound, int channel, double from, double to) {
  std::pair<double, double> found{0, from};
  for (auto i = static_cast<std::size_t>(from * sound.rate); i < static_cast<std::size_t>(to * sound.rate); ++i) {
    const std::size_t at = i * static_cast<std::size_t>(sound.channels) + static_cast<std::size_t>(channel);
    if (at >= sound.samples.size()) break;
    if (std::abs(sound.samples[at]) > found.first)
      found = {std::abs(sound.samples[at]), static_cast<double>(i) / sound.rate};
  }
  return found;
}

struct Kind {
  int rate, channels, rate_in_film;
};

class SoundOfFilms : public testing::TestWithParam<Kind> {};

TEST_P(SoundOfFilms, IsThatOfTheFileInTimeAndInAllChannels) {
  const test::TemporaryFolder folder;
  const auto [rate, channels, rate_in_film] = GetParam();
  const std::vector<double> clicks{0.25, 1.5, 2.6};
  test::write_sound(folder / "clicks.wav", test::click_track(clicks, 3, rate, channels), rate, channels);
  const test::Film film = film_with(folder / "clicks.wav", folder, 75, 25);
  ASSERT_TRUE(film.sound);
  EXPECT_EQ(film.sound->codec, "aac");
  EXPECT_EQ(film.sound->channels, channels);
  EXPECT_EQ(film.sound->rate, rate_in_film);
  EXPECT_EQ(film.sound->begin, 0);
  EXPECT_NEAR(film.seconds, 3, 0.001);
  EXPECT_NEAR(film.sound->seconds, 3, 0.001);
  EXPECT_NEAR(static_cast<double>(film.sound->samples.size()) / channels / film.sound->rate, 3, 0.04);
  for (int c = 0; c < channels; ++c) {
    for (const double click : clicks) {
      const auto [value, time] = loudest(*film.sound, c, click - 0.1, click + 0.2);
      EXPECT_NEAR(time, click, 0.004) << "channel " << c;
      EXPECT_NEAR(value, 0.55 / std::pow(2, c), 0.15 / std::pow(2, c)) << "channel " << c << " at " << click;
    }
    EXPECT_LT(loudest(*film.sound, c, 0.5, 1.4).first, 0.02) << "silence between the clicks";
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, SoundOfFilms,
                         testing::Values(Kind{44100, 1, 44100}, Kind{48000, 2, 48000}, Kind{22050, 2, 22050},
                                         Kind{19000, 1, 48000}, Kind{192000, 2, 48000}),
                         [](const auto& kind) { return fmt::format("{}Hz{}", kind.param.rate, kind.param.channels); });

TEST(FilmsWithSound, TheSoundEndsWithTheFilm) {
  const test::TemporaryFolder folder;
  test::write_sound(folder / "a.wav", test::click_track({0.2, 1.2, 2.2}, 3));
  const test::Film shorter = film_with(folder / "a.wav", folder, 15, 10);
  EXPECT_NEAR(shorter.sound->seconds, 1.5, 0.001);
  EXPECT_GT(loudest(*shorter.sound, 0, 1.1, 1.4).first, 0.3);
  const test::Film longer = film_with(folder / "a.wav", folder, 50, 10);
  EXPECT_NEAR(longer.seconds, 5, 0.001);
  EXPECT_NEAR(longer.sound->seconds, 5, 0.001);
  EXPECT_GT(loudest(*longer.sound, 0, 2.1, 2.4).first, 0.3);
  EXPECT_LT(loudest(*longer.sound, 0, 3.1, 5).first, 0.01);
}

TEST(FilmsWithSound, EqualFilmsAreEqualFiles) {
  const test::TemporaryFolder folder;
  test::write_sound(folder / "a.flac", test::click_track({0.2, 1.2}, 2), 44100, 1, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  std::vector<std::string> films;
  for (const unsigned char byte : {1, 170, 255}) {
    const test::UsedMemory memory(byte);
    film_with(folder / "a.flac", folder, 20, 10);
    films.push_back(read_file(folder / "film.mp4"));
  }
  EXPECT_TRUE(films[0] == films[1] && films[0] == films[2]);
}

TEST(FilmsWithSound, WhatIsNoSoundIsSaidBeforeThePictures) {
  const test::TemporaryFolder folder;
  write_file(folder / "a.wav", "no sound");
  int pictures = 0;
  const auto make = [&] {
    return make_film(
        {.path = folder / "film.mp4", .frames = 3, .sound = folder / "a.wav"},
        [&](int) {
          ++pictures;
          return moving_picture(16, 16, 0);
        },
        [](int, int) { return true; });
  };
  EXPECT_THROW(make(), Error);
  EXPECT_EQ(pictures, 0);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a.wav"});
}

}  // namespace
}  // namespace ganvas::media
