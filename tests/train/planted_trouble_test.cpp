// Real training with a fault planted in it: each is named within 500 steps, and runs without one raise no alarm.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "data/dataset.h"
#include "train/small_recipes.h"
#include "train/step/trainer.h"
#include "train/tiny_run.h"
#include "train/watch/health.h"

namespace ganvas::train {
namespace {

/// Trains until an alarm or for so many steps; `fault` comes before each step. -> the alarm.
std::optional<Alarm> first_alarm(
    const Recipe& recipe, std::int64_t steps, const std::function<void(Trainer&)>& fault = [](Trainer&) {}) {
  at::set_num_threads(1);  // two would wait for one another longer than they compute
  Trainer trainer(recipe, data::open_dataset(recipe.data), {});
  HealthMonitor health(recipe);
  while (trainer.steps() < steps) {
    fault(trainer);
    StepReport report = trainer.step();
    if (health.wants_samples(report.step)) {
      fault(trainer);  // what is planted is there when one looks
      const SampleFigures samples = trainer.examine();
      report.diversity = samples.diversity;
      report.distance = samples.distance;
    }
    if (const auto alarms = health.watch(report); !alarms.empty()) return alarms.front();
  }
  return std::nullopt;
}

Recipe small(const std::string& name) {
  Recipe recipe = load_recipe(name);
  for (const auto& [key, value] : test::small_overrides(name, {})) set_recipe_value(recipe, key + "=" + value);
  recipe.kimg = 1e6;
  return recipe;
}

Recipe faces() {
  Recipe recipe = test::tiny_recipe();
  recipe.data.count = 64;
  return recipe;
}

TEST(PlantedTrouble, AGeneratorThatMakesOnePictureIsNamedACollapse) {
  const auto alarm = first_alarm(faces(), 500, [](Trainer& trainer) {
    const at::NoGradGuard no_grad;
    trainer.generator().parameters().back().zero_();  // the last layer: tanh(0) everywhere
  });
  ASSERT_TRUE(alarm.has_value());
  EXPECT_EQ(alarm->trouble, Trouble::collapse) << alarm->message;
}

TEST(PlantedTrouble, AWeightThatIsNoNumberIsNamedAtOnce) {
  const auto alarm = first_alarm(faces(), 500, [](Trainer& trainer) {
    const at::NoGradGuard no_grad;
    if (trainer.steps() == 120) trainer.generator().parameters().front().fill_(std::numeric_limits<float>::quiet_NaN());
  });
  ASSERT_TRUE(alarm.has_value());
  EXPECT_EQ(alarm->trouble, Trouble::not_finite);
  EXPECT_LE(alarm->step, 121);
}

TEST(PlantedTrouble, AHundredTimesTheLearningRateIsNamedInAStyleGan2) {
  Recipe recipe = small("starter-stylegan2");
  recipe.g_optimizer.lr *= 100;
  recipe.d_optimizer.lr *= 100;
  const auto alarm = first_alarm(recipe, 500);
  ASSERT_TRUE(alarm.has_value());
}

TEST(PlantedTrouble, AnAugmentationThatOnlyRisesIsNamed) {
  Recipe recipe = small("starter-stylegan2");
  recipe.augment.adaptation.target = -1;
  recipe.augment.adaptation.kimg = 0.3;
  const auto alarm = first_alarm(recipe, 500);
  ASSERT_TRUE(alarm.has_value());
  EXPECT_EQ(alarm->trouble, Trouble::runaway) << alarm->message;
}

TEST(PlantedTrouble, TenRunsWithoutOneRaiseNoAlarm) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Recipe recipe = faces();
    recipe.seed = seed;
    const auto alarm = first_alarm(recipe, 360);
    EXPECT_FALSE(alarm.has_value()) << "seed " << seed << ": " << alarm->message;
  }
}

}  // namespace
}  // namespace ganvas::train
