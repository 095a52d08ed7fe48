// What earlier versions wrote (tests/files_of_before/README.md) still opens, and gives what it gave.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/image.h"
#include "core/json.h"
#include "media/png.h"
#include "support/process.h"
#include "support/source_folder.h"

namespace ganvas::test {
namespace {

namespace fs = std::filesystem;

class FilesOfBefore : public testing::TestWithParam<std::string> {
 protected:
  TemporaryFolder folder;

  void SetUp() override {
    fs::copy(fs::path(source_folder()) / "tests/files_of_before" / GetParam(), folder.path(),
             fs::copy_options::recursive);
  }
  ProcessResult ganvas(const std::string& arguments) {
    ProcessResult result = run_program(arguments, folder.path());
    EXPECT_EQ(result.exit_code, 0) << arguments << "\n" << result.err;
    return result;
  }
  void play(const Json& steps) {
    std::ofstream(folder / "steps.json") << steps;
    ganvas("explore --headless --script steps.json --out out --threads 1");
  }
  /// Largest difference of two pictures, in levels; 255 when their sizes differ.
  int difference(const std::string& a, const std::string& b) {
    const Image one = media::read_png((folder.path() / a).string()),
                other = media::read_png((folder.path() / b).string());
    if (one.pixels.size() != other.pixels.size() || one.width != other.width) return 255;
    int most = 0;
    for (std::size_t i = 0; i < one.pixels.size(); ++i)
      most = std::max(most, std::abs(one.pixels[i] - other.pixels[i]));
    return most;
  }
};

const Json wait_for_picture{{"wait", {{"until_frame", 1}, {"timeout", 60}}}};
Json screenshot(const std::string& path) {
  return {{"screenshot", {{"of", "picture"}, {"path", path}}}};
}

TEST_P(FilesOfBefore, AScriptPlays) {
  ganvas("explore --headless --script explore.json --out out --threads 1");
  EXPECT_LE(difference("out/picture.png", "picture.png"), 2);
}

TEST_P(FilesOfBefore, ASessionAModelATimelineAndMovesOpen) {
  play({{{"command", "load_session"}, {"path", "session.json"}},
        {{"wait", {{"seconds", 0.5}}}},
        wait_for_picture,
        screenshot("picture.png")});
  EXPECT_LE(difference("out/picture.png", "picture.png"), 2);
  ganvas("render timeline.json --model model.safetensors --out film --fps 5");
  EXPECT_LE(difference("film/frame00003.png", "frame.png"), 2);
  play({{{"command", "open_model"}, {"path", "model.safetensors"}},
        wait_for_picture,
        {{"command", "load_moves"}, {"path", "moves.json"}},
        {{"wait", {{"seconds", 0.5}}}},
        {{"command", "set_strength"}, {"index", 0}, {"strength", 2}},
        wait_for_picture,
        screenshot("moved.png")});
  EXPECT_LE(difference("out/moved.png", "moved.png"), 2);
}

TEST_P(FilesOfBefore, ARunIsShownAndTrainedOn) {
  ganvas("generate --model run --seeds 0-3 --grid 2x2 --out out");
  EXPECT_LE(difference("out/grid.png", "run.png"), 2);
  ganvas("timelapse run --out film --grid 2x2 --seconds 1 --fps 5");
  const ProcessResult trained = ganvas("train --resume run --kimg 0.2 --threads 1 --quality 0");
  std::ifstream journal(folder / "run/journal.jsonl");
  std::string line, last;
  int changes = 0;
  while (std::getline(journal, line)) changes += line.find("g_optimizer.lr") != std::string::npos ? 1 : 0;
  EXPECT_EQ(changes, 1) << "the live change of before is kept";
  std::ifstream log(folder / "run/log.jsonl");
  while (std::getline(log, line)) last = line;
  EXPECT_GE(Json::parse(last)["step"], 50) << trained.err;
}

std::vector<std::string> versions() {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(fs::path(source_folder()) / "tests/files_of_before"))
    if (entry.is_directory()) found.push_back(entry.path().filename().string());
  std::sort(found.begin(), found.end());
  return found;
}

INSTANTIATE_TEST_SUITE_P(, FilesOfBefore, testing::ValuesIn(versions()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace ganvas::test
