#include "app/training/view_budget.h"

#include <gtest/gtest.h>

namespace ganvas::app {
namespace {

/// Looks whenever it is allowed to, at `cost` seconds of the machine a look, 60 times a second for `seconds`. -> cost.
double look(ViewBudget& budget, double share, double cost, double seconds, double& now, double& spent) {
  const double before = spent;
  for (const double end = now + seconds; now < end;) {
    now += 1.0 / 60;
    budget.tick_with(now, spent, share, true);
    if (budget.allows()) spent += cost;
  }
  return spent - before;
}

TEST(ViewBudget, KeepsToItsShareWhateverALookCosts) {
  for (const double share : {0.02, 0.1, 0.5}) {
    for (const double cost : {0.001, 0.01, 0.1, 0.4}) {
      ViewBudget budget;
      double now = 100, spent = 3;
      budget.tick_with(now, spent, share, true);
      const double seconds = 120;
      const double taken = look(budget, share, cost, seconds, now, spent) / seconds;
      EXPECT_LE(taken, share + (cost + 0.5 * share) / seconds + 1e-9) << share << " " << cost;
      EXPECT_GE(taken, std::min(share, cost * 60) * 0.9 - cost / seconds) << share << " " << cost;
    }
  }
}

TEST(ViewBudget, AMachineThatSleptEarnsNothing) {
  ViewBudget budget;
  double now = 0, spent = 0;
  look(budget, 0.1, 0.4, 10, now, spent);
  ASSERT_FALSE(budget.allows());
  for (int i = 0; i < 3; ++i) budget.tick_with(now += 1000, spent, 0.1, true);
  EXPECT_FALSE(budget.allows()) << "three long sleeps, but a second and a half awake";
  look(budget, 0.1, 0.01, 10, now, spent);
  const double awake = budget.used();
  for (int i = 0; i < 20; ++i) {
    now += 1000;
    look(budget, 0.1, 0.01, 4, now, spent);
    EXPECT_NEAR(budget.used(), awake, 0.04) << "a share of the time awake";
  }
  for (int i = 0; i < 60; ++i) budget.tick_with(now += 1.0 / 60, spent, 0.1, true);
  EXPECT_TRUE(budget.allows());
}

TEST(ViewBudget, OneDearLookIsPaidForInSeconds) {
  ViewBudget budget;
  double now = 0, spent = 0;
  look(budget, 0.1, 0.01, 10, now, spent);
  spent += 30;  // a model was compiled, a disk was slow
  for (int i = 0; i < 60 * 4; ++i) budget.tick_with(now += 1.0 / 60, spent, 0.1, true);
  EXPECT_FALSE(budget.allows());
  for (int i = 0; i < 60 * 1.1; ++i) budget.tick_with(now += 1.0 / 60, spent, 0.1, true);
  EXPECT_TRUE(budget.allows());
}

TEST(ViewBudget, TellsWhatWasTaken) {
  ViewBudget budget;
  double now = 0, spent = 0;
  look(budget, 0.2, 0.004, 10, now, spent);
  EXPECT_NEAR(budget.used(), 0.2, 0.03);
  for (int i = 0; i < 600; ++i) budget.tick_with(now += 1.0 / 60, spent, 0.2, true);
  EXPECT_EQ(budget.used(), 0) << "nobody has looked for ten seconds";
}

TEST(ViewBudget, LookingIsFreeWhileNothingTrains) {
  ViewBudget budget;
  for (int i = 0; i < 100; ++i) budget.tick_with(i, i, 0, false);
  EXPECT_TRUE(budget.allows());
  EXPECT_EQ(budget.used(), 0);
  budget.tick_with(100, 100, 0, true);
  budget.tick_with(101, 100.5, 0, true);
  EXPECT_FALSE(budget.allows()) << "no share, and something was spent";
  budget.tick_with(102, 101, 0, false);
  EXPECT_TRUE(budget.allows()) << "paused training gives everything to the view";
}

TEST(ViewBudget, AThreadThatEndsTakesNothingBack) {
  ViewBudget budget;
  budget.tick_with(0, 5, 0.1, true);
  budget.tick_with(1, 6, 0.1, true);
  EXPECT_FALSE(budget.allows());
  budget.tick_with(1.01, 2, 0.1, true);  // a thread's seconds are gone from the sum
  EXPECT_FALSE(budget.allows());
}

}  // namespace
}  // namespace ganvas::app
