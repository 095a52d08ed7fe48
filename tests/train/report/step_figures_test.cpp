#include "train/report/step_figures.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "train/run/run_folder.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

// A StepReport is a step, kimg and figures: one that has no row would be lost in files and charts.
TEST(StepFigures, EachFigureHasOneRow) {
  EXPECT_EQ(sizeof(StepReport), sizeof(std::int64_t) + sizeof(double) * (1 + std::size(step_figures)));
  StepReport report;
  std::set<std::string> keys{"step", "kimg"}, tags;
  for (const StepFigure& figure : step_figures) {
    EXPECT_EQ(report.*figure.value, 0) << figure.key << " stands for a member that another row has";
    report.*figure.value = 1;
    EXPECT_TRUE(keys.insert(figure.key).second) << figure.key;
    EXPECT_TRUE(figure.tag == nullptr || tags.insert(figure.tag).second) << figure.tag;
    if (figure.chart == nullptr) continue;
    EXPECT_STRNE(figure.label, "") << figure.key;
    EXPECT_STRNE(figure.short_label, "") << figure.key;
  }
  EXPECT_EQ(report.kimg, 0);
}

std::string lines_of(const StepReport& report) {
  const test::TemporaryFolder folder;
  RunLog log(folder.path(), 0);
  log.add(report);
  log.flush();
  std::ifstream file(folder.path() / "log.jsonl");
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(StepFigures, TheLogHasThoseOfEveryStepFirstAndLeavesOthersOut) {
  StepReport report{.step = 3, .kimg = 0.5, .d_loss = 1, .seconds = 2};
  const std::string always = R"({"step":3,"kimg":0.5,"d_loss":1.0,"g_loss":0.0,"real_score":0.0,"fake_score":0.0,)"
                             R"("d_grad_norm":0.0,"g_grad_norm":0.0,"seconds":2.0)";
  EXPECT_EQ(lines_of(report), always + "}\n");
  report.penalty = report.augment_p = report.distance = 0.25;
  EXPECT_EQ(lines_of(report), always + R"(,"penalty":0.25,"augment_p":0.25,"distance":0.25})" + "\n");
}

}  // namespace
}  // namespace ganvas::train
