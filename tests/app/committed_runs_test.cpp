// The runs that the documentation shows, read again: what the health monitor says of each.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "app/training/run_files.h"
#include "support/source_folder.h"
#include "train/recipe/recipe.h"
#include "train/watch/health.h"

namespace ganvas::app {
namespace {

TEST(CommittedRuns, OnlyTheCollapsedOneRaisesAnAlarm) {
  const std::set<std::string> collapsed{"anime-dcgan-v5"};
  int runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test::source_folder() + "/docs/runs")) {
    const std::string name = entry.path().filename().string();
    const std::vector<train::StepReport> steps = read_history(entry.path());
    ASSERT_GT(steps.size(), 100u) << name;
    train::HealthMonitor monitor(train::load_recipe((entry.path() / "recipe.json").string()));
    std::vector<train::Alarm> alarms;
    for (const train::StepReport& step : steps)
      for (const train::Alarm& alarm : monitor.watch(step)) alarms.push_back(alarm);
    if (collapsed.contains(name)) {
      ASSERT_EQ(alarms.size(), 1u) << name;
      EXPECT_EQ(alarms[0].trouble, train::Trouble::collapse);
      EXPECT_LE(alarms[0].step, 400);
    } else {
      EXPECT_TRUE(alarms.empty()) << name << ": " << alarms[0].message;
    }
    ++runs;
  }
  EXPECT_GE(runs, 6);
}

}  // namespace
}  // namespace ganvas::app
