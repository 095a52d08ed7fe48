// The runs that the documentation shows, read again: what the health monitor says of each.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "app/training/run_files.h"
#include "train/watch/health.h"
#include "train/recipe/recipe.h"

namespace ganvas {
namespace {

TEST(CommittedRuns, OnlyTheCollapsedOneRaisesAnAlarm) {
  const std::set<std::string> collapsed{"anime-dcgan-v5"};
  int runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(GANVAS_SOURCE_FOLDER "/docs/runs")) {
    const std::string name = entry.path().filename().string();
    const std::vector<StepReport> steps = read_history(entry.path());
    ASSERT_GT(steps.size(), 100u) << name;
    HealthMonitor monitor(load_recipe((entry.path() / "recipe.json").string()));
    std::vector<Alarm> alarms;
    for (const StepReport& step : steps)
      for (const Alarm& alarm : monitor.watch(step)) alarms.push_back(alarm);
    if (collapsed.contains(name)) {
      ASSERT_EQ(alarms.size(), 1u) << name;
      EXPECT_EQ(alarms[0].trouble, Trouble::collapse);
      EXPECT_LE(alarms[0].step, 400);
    } else {
      EXPECT_TRUE(alarms.empty()) << name << ": " << alarms[0].message;
    }
    ++runs;
  }
  EXPECT_GE(runs, 6);
}

}  // namespace
}  // namespace ganvas
