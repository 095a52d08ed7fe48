// kill -9 in the middle of anything: what is on disk is whole, and the work goes on.

#include <gtest/gtest.h>

#include <map>

#include "core/hash.h"
#include "core/json.h"
#include "support/process.h"

namespace ganvas::cli {
namespace {

namespace fs = std::filesystem;
using test::ProcessResult;

class Killed : public testing::Test {
 protected:
  test::TemporaryFolder folder;

  /// Runs the program and kills it after so many seconds. True when it was still at work.
  bool cut(const std::string& arguments, double seconds) {
    const ProcessResult result = test::run_shell(
        "timeout --signal=KILL " + std::to_string(seconds) + " '" + test::program() + "' " + arguments, folder.path());
    return result.exit_code == 128 + 9;
  }
  ProcessResult ganvas(const std::string& arguments) {
    ProcessResult result = test::run_program(arguments, folder.path());
    EXPECT_EQ(result.exit_code, 0) << arguments << "\n" << result.err;
    return result;
  }
  /// Of each file its hash: what differs is to be named, not printed.
  static std::map<std::string, std::string> contents(const fs::path& of) {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(of))
      if (entry.is_regular_file()) all[entry.path().lexically_relative(of).string()] = sha256_of_file(entry.path());
    return all;
  }
  static std::size_t moments(const fs::path& run) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(run / "history"))
      count += entry.path().filename().string().ends_with(".safetensors.zst") ? 1 : 0;
    return count;
  }
  /// A moment is kept after each step: there is always one being written.
  const std::string training =
      "--set batch=8 --set network.dcgan.channels=[64,32,32,16] --set data.count=64 --set save_seconds=1 --quality 0 "
      "--history-kimg 0.001 --threads 1 --progress none --device cpu";
};

TEST_F(Killed, AHistoryIsWholeWhereverTheRunWasCut) {
  ASSERT_TRUE(cut("train --recipe starter-dcgan --data faces --kimg 1000 --out run " + training, 6));
  const std::string recipe = contents(folder / "run")["recipe.json"];
  std::size_t kept = moments(folder / "run");
  EXPECT_GT(kept, 1U);
  for (const double seconds : {2.3, 2.71, 3.05, 3.4}) {
    ASSERT_TRUE(cut("train --resume run --history-kimg 0.001 --quality 0 --threads 1 --progress none", seconds));
    EXPECT_EQ(contents(folder / "run")["recipe.json"], recipe);
    // Every moment is read: by change each of them is drawn.
    ganvas("timelapse run --out film --fps 2 --seconds 1 --grid 1x1 --pace change --progress none --device cpu");
    EXPECT_TRUE(fs::exists(folder / "film" / "frame00001.png"));
    fs::remove_all(folder / "film");
    EXPECT_NE(ganvas("runs run").out.find("run"), std::string::npos);
  }
  EXPECT_GT(moments(folder / "run"), 1U);
}

TEST_F(Killed, AFilmGoesOnAndIsTheOneThatNobodyCut) {
  ganvas("train --recipe starter-dcgan --data faces --kimg 0.08 --out run " + training);
  const std::string film =
      "timelapse run --fps 30 --seconds 5 --grid 4x4 --caption --progress none --device cpu --size 64 --out ";
  const auto run = contents(folder / "run");
  int cuts = 0;
  for (const double seconds : {0.8, 1.0, 1.2}) cuts += cut(film + "cut", seconds) ? 1 : 0;
  EXPECT_GE(cuts, 1) << "it was done before anybody could cut it";
  ganvas(film + "cut");
  ganvas(film + "whole");
  EXPECT_EQ(contents(folder / "cut"), contents(folder / "whole"));
  EXPECT_EQ(contents(folder / "run"), run) << "nothing else is touched";
  EXPECT_EQ(contents(folder / "cut").size(), 151U) << "150 frames and the note";
}

}  // namespace
}  // namespace ganvas::cli
