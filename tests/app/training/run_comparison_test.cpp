#include "app/training/run_comparison.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/support.h"
#include "core/error.h"
#include "media/png.h"
#include "support/source_folder.h"
#include "train/run/run_folder.h"

namespace ganvas::test {
namespace {

namespace fs = std::filesystem;

TEST(RunComparison, TellsWhatTheCommittedRunsAre) {
  const fs::path folder = fs::path(test::source_folder()) / "docs/runs";
  const std::vector<app::RunSummary> runs = app::read_runs(folder);
  ASSERT_GE(runs.size(), 10U);
  for (const app::RunSummary& run : runs) {
    EXPECT_FALSE(run.recipe.empty()) << run.name;
    EXPECT_GT(run.kimg, 50) << run.name;
    EXPECT_GT(run.images_per_second, 5) << run.name;
    EXPECT_NE(run.state, "unfinished") << run.name;
    EXPECT_EQ(run.history.back().step, run.steps);
    EXPECT_NE(app::run_table(runs).find("\n" + run.name + " "), std::string::npos);
  }
  const auto collapsed =
      std::find_if(runs.begin(), runs.end(), [](const auto& r) { return r.name == "anime-dcgan-v5"; });
  EXPECT_FALSE(collapsed->alarms.empty());
}

TEST(RunComparison, DrawsAllRunsAndReadsOneThatWasCutOff) {
  const Folder folder;
  for (const char* name : {"a", "b"}) {
    const fs::path run = folder / name;
    write_json(run / "recipe.json", Json{{"name", "r"}, {"network", {{"resolution", 32}}}});
    train::RunLog log(run, 0);
    for (int i = 1; i <= 5; ++i)
      log.add(train::StepReport{
          .step = i, .kimg = 0.1 * i, .d_loss = 1, .g_loss = 0.5 * i, .diversity = 0.2, .distance = 0.4, .seconds = 2});
    if (*name == 'b') log.add_end(5, 0.5, "stopped", "x");
    log.flush();
  }
  fs::create_directories(folder / "no run");
  const std::vector<app::RunSummary> runs = app::read_runs(fs::path(folder / "."));
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].state, "unfinished");
  EXPECT_EQ(runs[1].state, "stopped");
  EXPECT_EQ(runs[1].steps, 5);
  EXPECT_NEAR(runs[1].images_per_second, 50, 1e-9);
  EXPECT_EQ(to_json(runs[0])["distance"], 0.4);
  app::write_comparison(folder / "runs.png", runs);
  EXPECT_EQ(media::read_png(folder / "runs.png").height, 4 * 420);
  EXPECT_EQ(app::read_runs(folder / "a").size(), 1U);
  EXPECT_THROW(app::read_runs(folder / "no run"), Error);
}

}  // namespace
}  // namespace ganvas::test
