// Whole pieces of music on the command line.

#include <gtest/gtest.h>

#include "core/files.h"
#include "core/json.h"
#include "support/process.h"
#include "support/sounds.h"
#include "support/temporary_folder.h"

namespace ganvas::test {
namespace {

class TrackCommand : public testing::Test {
 protected:
  TemporaryFolder folder;
  void SetUp() override { write_sound(folder / "clicks.wav", click_track(even_clicks(120, 0.5, 6), 6)); }
  ProcessResult ganvas(const std::string& arguments, int exit_code = 0) {
    ProcessResult result = run_program(arguments, folder.path());
    EXPECT_EQ(result.exit_code, exit_code) << arguments << "\n" << result.err;
    return result;
  }
};

TEST_F(TrackCommand, WithoutASessionItWalksABarAKeyframe) {
  const ProcessResult result = ganvas("track clicks.wav --fps 2 --size 32 --device cpu --out film.mp4");
  EXPECT_NE(result.out.find("6.00 s, 11 onsets, 11 beats, 120."), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("12 frames, 6.00 s at 2 a second"), std::string::npos) << result.out;
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"clicks.wav", "film.mp4"}));
  const std::string film = read_file(folder / "film.mp4");
  EXPECT_NE(film.find("mp4a"), std::string::npos) << "there is sound in it";
}

TEST_F(TrackCommand, ASessionSaysWhatFollowsTheSound) {
  Json session{{"ganvas_session", 2}};
  write_json(folder / "still.json", session);
  const ProcessResult still = ganvas("track clicks.wav --session still.json --out film.mp4", 1);
  EXPECT_NE(still.err.find("Nothing would move with clicks.wav"), std::string::npos) << still.err;
  session["inputs"] = {{"bindings", {{{"source", "audio onset"}, {"target", "psi"}, {"low", 0}, {"high", 1}}}}};
  write_json(folder / "bound.json", session);
  ganvas("track clicks.wav --session bound.json --fps 2 --size 32 --device cpu --out film.mp4");
  EXPECT_TRUE(std::filesystem::exists(folder / "film.mp4"));
  session["mix"] = {{"path", "other.safetensors"}};
  write_json(folder / "mixed.json", session);
  EXPECT_NE(ganvas("track clicks.wav --session mixed.json --out b.mp4", 1).err.find("mixes two models"),
            std::string::npos);
}

TEST_F(TrackCommand, WhatDoesNotGoIsSaidInASentence) {
  write_file(folder / "page.txt", "no sound");
  for (const auto& [arguments, part] : {std::pair{"track page.txt --out a.mp4", "cannot be read as sound"},
                                        {"track nowhere.wav --out a.mp4", "nowhere.wav"},
                                        {"track clicks.wav --out a.gif", "Only an .mp4 has sound"}}) {
    const ProcessResult result = ganvas(arguments, 1);
    EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
  ganvas("track clicks.wav --walk 65 --out a.mp4", 2);
}

}  // namespace
}  // namespace ganvas::test
