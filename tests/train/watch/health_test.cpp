#include "train/watch/health.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/random.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

/// Figures of a run in good health, a little different each step.
class Healthy {
 public:
  StepReport next() {
    ++step_;
    StepReport report{.step = step_,
                      .kimg = static_cast<double>(step_) / 10,
                      .d_loss = 0.5 + 0.2 * random_.uniform(),
                      .g_loss = 3 + random_.normal(),
                      .real_score = 0.9 + 0.05 * random_.uniform(),
                      .fake_score = 0.05 * random_.uniform(),
                      .d_grad_norm = std::exp(1 + 0.5 * random_.normal()),
                      .g_grad_norm = std::exp(2 + 0.5 * random_.normal())};
    report.diversity = step_ % 20 == 0 ? 0.7 + 0.2 * random_.uniform() : 0;
    report.distance = step_ % 20 == 0 ? 0.1 : 0;
    return report;
  }

 private:
  RandomStream random_{1};
  std::int64_t step_ = 0;
};

/// Steps of good health, then steps with a fault. -> the alarms, each with how many steps after the fault it came.
std::vector<std::pair<Alarm, std::int64_t>> alarms_of(const Recipe& recipe,
                                                      const std::function<void(StepReport&)>& fault, int good = 600,
                                                      int bad = 500) {
  HealthMonitor monitor(recipe);
  Healthy run;
  std::vector<std::pair<Alarm, std::int64_t>> found;
  for (int i = 0; i < good + bad; ++i) {
    StepReport report = run.next();
    if (i >= good) fault(report);
    for (const Alarm& alarm : monitor.watch(report)) found.emplace_back(alarm, i - good);
  }
  return found;
}

Recipe augmented() {
  Recipe recipe = test::tiny_recipe();
  recipe.augment.pipe = "bgc";
  return recipe;
}

TEST(Health, ARunInGoodHealthRaisesNoAlarm) {
  for (const std::string& kind : adversarial_loss_names()) {
    Recipe recipe = augmented();
    recipe.loss.kind = kind;
    EXPECT_TRUE(alarms_of(
                    recipe, [](StepReport&) {}, 5000, 0)
                    .empty())
        << kind;
  }
}

TEST(Health, NamesEachTroubleOnceAndSoon) {
  struct Case {
    Trouble trouble;
    std::int64_t at_most;  // steps until it is named
    std::function<void(StepReport&)> fault;
  };
  const std::vector<Case> cases{
      {Trouble::not_finite, 0, [](StepReport& r) { r.g_grad_norm = std::numeric_limits<double>::quiet_NaN(); }},
      {Trouble::not_finite, 0, [](StepReport& r) { r.d_loss = std::numeric_limits<double>::infinity(); }},
      {Trouble::exploding_gradient, 5, [](StepReport& r) { r.d_grad_norm *= 5000; }},
      {Trouble::exploding_gradient, 5, [](StepReport& r) { r.g_loss = 1e9; }},
      {Trouble::vanishing_gradient, 60, [](StepReport& r) { r.g_grad_norm = 1e-12; }},
      {Trouble::saturation, 500, [](StepReport& r) { r.real_score = 0.9999, r.fake_score = 0.00001; }},
      {Trouble::collapse, 100, [](StepReport& r) { r.diversity *= 0.02; }},
      {Trouble::collapse, 100, [](StepReport& r) { r.diversity *= 0.25; }},
      {Trouble::runaway, 0, [](StepReport& r) { r.augment_p = 1.3; }},
  };
  for (const Case& c : cases) {
    const auto found = alarms_of(augmented(), c.fault);
    ASSERT_EQ(found.size(), 1u) << to_string(c.trouble);
    EXPECT_EQ(found[0].first.trouble, c.trouble) << to_string(found[0].first.trouble);
    EXPECT_LE(found[0].second, c.at_most) << to_string(c.trouble);
    EXPECT_EQ(found[0].first.message.find('\n'), std::string::npos);
  }
}

TEST(Health, ACollapseFromTheStartIsNamedWithin500Steps) {
  const auto found = alarms_of(
      test::tiny_recipe(), [](StepReport& r) { r.diversity = r.diversity > 0 ? 0.001 : 0; }, 0);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first.trouble, Trouble::collapse);
}

TEST(Health, OverfittingIsTroubleOnlyWhereTheAugmentationCannotRise) {
  const auto sure = [](StepReport& r) { r.overfitting = 0.99, r.augment_p = 0.8; };
  Recipe recipe = augmented();
  EXPECT_TRUE(alarms_of(recipe, sure, 600, 800).empty());
  recipe.augment.adaptation.max_p = 0.8;
  const auto found = alarms_of(recipe, sure, 600, 800);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first.trouble, Trouble::overfitting);
}

TEST(Health, SmoothedLabelsLowerWhatCertainMeans) {
  const auto sure = [](StepReport& r) { r.real_score = 0.8999, r.fake_score = 0.0001; };
  Recipe recipe = test::tiny_recipe();
  recipe.loss.d_real = {0.9, 0.9};
  EXPECT_EQ(alarms_of(recipe, sure).size(), 1u);
  recipe.loss.d_real = {1, 1};
  EXPECT_TRUE(alarms_of(recipe, sure).empty());
}

TEST(Health, ATroubleThatWasOverIsNamedAgain) {
  HealthMonitor monitor(test::tiny_recipe());
  Healthy run;
  int alarms = 0;
  for (int i = 0; i < 3000; ++i) {
    StepReport report = run.next();
    if (i % 1000 >= 600 && i % 1000 < 700) report.diversity *= 0.01;
    alarms += static_cast<int>(monitor.watch(report).size());
    if (i % 1000 == 599 || i % 1000 == 699) {
      EXPECT_EQ(monitor.healthy(), i % 1000 == 599) << i;
    }
  }
  EXPECT_EQ(alarms, 3);
}

TEST(Health, GoesOnExactlyFromItsState) {
  HealthMonitor whole(augmented()), part(augmented());
  Healthy run;
  for (int i = 0; i < 900; ++i) {
    StepReport report = run.next();
    if (i > 640) report.diversity *= 0.1;
    if (i == 700) {
      HealthMonitor resumed(augmented());
      resumed.restore(parse_json(part.state().dump(), "state"));
      part = resumed;
    }
    EXPECT_EQ(whole.watch(report).size(), part.watch(report).size()) << i;
  }
  EXPECT_EQ(whole.state(), part.state());
  EXPECT_EQ(whole.distance(), part.distance());
}

}  // namespace
}  // namespace ganvas::train
