#include "sound/sound_file.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "sound/track.h"
#include "support/sounds.h"
#include "support/temporary_folder.h"

namespace ganvas::sound {
namespace {

using test::click_track;
using test::write_sound;

class SoundFiles : public testing::Test {
 protected:
  test::TemporaryFolder folder;
  /// The sentence that a file is refused with; empty: it is not.
  static std::string refusal(const std::filesystem::path& path) {
    try {
      static_cast<void>(hear_track(path));
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }
  static void expect_sentence(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with(".")) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    EXPECT_EQ(text.find(".;"), std::string::npos) << text;
  }
};

TEST_F(SoundFiles, GiveAllTheirSamplesPieceByPiece) {
  const std::vector<float> samples = click_track({0.1, 0.3}, 1, 22050, 2);
  for (const auto& [name, format] :
       {std::pair{"a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT}, {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24}}) {
    write_sound(folder / name, samples, 22050, 2, format);
    SoundFile file(folder / name);
    EXPECT_EQ(file.rate(), 22050);
    EXPECT_EQ(file.channels(), 2);
    EXPECT_NEAR(file.seconds(), 1, 1e-9);
    std::vector<float> all, piece(2 * 1000);
    for (std::size_t count = 1; count > 0;) {
      count = file.read(piece);
      all.insert(all.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(2 * count));
    }
    ASSERT_EQ(all.size(), samples.size());
    for (std::size_t i = 0; i < all.size(); ++i) ASSERT_NEAR(all[i], samples[i], 1e-6) << name << " " << i;
  }
}

TEST_F(SoundFiles, WhatIsNoneIsSaid) {
  expect_sentence(refusal("/nowhere.wav"), "/nowhere.wav");
  write_file(folder / "page.wav", "RIFF of a kind that nobody knows");
  expect_sentence(refusal(folder / "page.wav"), "choose a WAV, FLAC or OGG file");
  write_sound(folder / "none.wav", {});
  expect_sentence(refusal(folder / "none.wav"), "holds no sound");
  write_sound(folder / "many.wav", std::vector<float>(900), 44100, 9);
  expect_sentence(refusal(folder / "many.wav"), "9 channels");
  write_sound(folder / "slow.wav", std::vector<float>(900), 100);
  expect_sentence(refusal(folder / "slow.wav"), "100 samples a second");
  write_sound(folder / "long.wav", std::vector<float>(1801 * 1000), 1000);
  expect_sentence(refusal(folder / "long.wav"), "half an hour");
}

TEST_F(SoundFiles, HoursOfNothingInAFewBytesAreRefused) {
  write_sound(folder / "nothing.flac", std::vector<float>(48'000'000), 96000, 8, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  EXPECT_LT(std::filesystem::file_size(folder / "nothing.flac"), 500'000U);
  expect_sentence(refusal(folder / "nothing.flac"), "more sound than a file of its size");
}

TEST_F(SoundFiles, ATornFileEndsWhereItIsTorn) {
  write_sound(folder / "whole.wav", click_track({0.5, 1.5, 2.5}, 4));
  const std::string bytes = read_file(folder / "whole.wav");
  write_file(folder / "torn.wav", bytes.substr(0, bytes.size() / 2));
  const Track track = *hear_track(folder / "torn.wav");
  EXPECT_NEAR(track.seconds(), 2, 0.01);
  EXPECT_EQ(track.onsets().size(), 2U);
}

/// Whatever byte is another one, a file is heard or refused in a sentence.
TEST_F(SoundFiles, DamagedOnesAreHeardOrRefused) {
  int refused = 0;
  for (const auto& [name, format] :
       {std::pair{"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16}, {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16}}) {
    write_sound(folder / name, click_track({0.1}, 0.3, 8000), 8000, 1, format);
    const std::string bytes = read_file(folder / name);
    for (std::size_t at = 0; at < bytes.size(); at += at < 100 ? 1 : 97) {
      std::string other = bytes;
      other[at] = static_cast<char>(other[at] ^ 0x55);
      write_file(folder / "damaged", other);
      const std::string text = refusal(folder / "damaged");
      if (text.empty()) continue;
      ++refused;
      expect_sentence(text, "damaged");
    }
  }
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace ganvas::sound
