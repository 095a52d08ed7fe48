// Every recipe trains: cut down in size, 50 generator steps on small data.

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "data/dataset.h"
#include "train/loss/regularizers.h"
#include "train/small_recipes.h"
#include "train/step/trainer.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

constexpr int steps = 50;

/// Reals that the discriminator has seen after the steps.
int expected_pictures(const Recipe& recipe) {
  constexpr int batch = 4;
  if (recipe.grow.start > 0) return 8 * 8 + (steps - 8) * batch;  // 8 pictures a step until the first level fades in
  const int warm = recipe.loss.warmup.d_steps > 0 ? 3 : 0;        // the first two and the 26th
  return batch * (warm * 20 + (steps - warm) * recipe.loss.d_steps);
}

std::vector<at::Tensor> weights_of(Trainer& trainer) {
  std::vector<at::Tensor> weights;
  for (torch::nn::Module* network :
       std::initializer_list<torch::nn::Module*>{&trainer.generator(), &trainer.discriminator()}) {
    for (const at::Tensor& parameter : network->parameters()) weights.push_back(parameter.detach().clone());
  }
  return weights;
}

/// Level of detail; 0 where networks do not grow.
double level_of(Trainer& trainer) {
  const at::Tensor* lod = trainer.generator().named_buffers().find("synthesis.lod");
  return lod == nullptr ? 0 : lod->item<double>();
}

void expect_finite(const StepReport& report) {
  for (const StepFigure& figure : step_figures)
    ASSERT_TRUE(std::isfinite(report.*figure.value)) << figure.key << " of step " << report.step;
  EXPECT_GT(report.d_grad_norm, 0) << "step " << report.step;
  EXPECT_GT(report.g_grad_norm, 0) << "step " << report.step;
}

/// What the loss has beside its main term came at least once.
void expect_parts(const Recipe& recipe, const std::vector<StepReport>& reports) {
  const auto came = [&](double StepReport::*figure) {
    return std::ranges::any_of(reports, [&](const StepReport& report) { return report.*figure > 0; });
  };
  EXPECT_EQ(came(&StepReport::penalty), has_terms(recipe.loss));
  EXPECT_EQ(came(&StepReport::path_length), recipe.loss.path_weight > 0);
  EXPECT_EQ(came(&StepReport::augment_p), recipe.augment.pipe != "none");
}

/// Only what no gradient reaches may stay: layers below the first level, the bias of a critic's score.
void expect_other_weights(const std::vector<at::Tensor>& before, const std::vector<at::Tensor>& after) {
  ASSERT_EQ(before.size(), after.size());
  std::size_t changed = 0;
  for (std::size_t i = 0; i < before.size(); ++i) changed += at::equal(before[i], after[i]) ? 0 : 1;
  EXPECT_GT(static_cast<double>(changed), 0.9 * static_cast<double>(before.size())) << changed;
}

/// Each of the samples has many shades, and no two are the same.
void expect_pictures(const Image& sheet, int columns) {
  const int side = sheet.width / columns;
  std::set<std::string> tiles;
  for (int tile = 0; tile < columns; ++tile) {
    std::string bytes;
    for (int pixel = 0; pixel < side * side; ++pixel) {
      const std::uint8_t* rgba = sheet.at(tile * side + pixel % side, pixel / side);
      bytes.append(rgba, rgba + 3);
    }
    EXPECT_GT((std::set<char>(bytes.begin(), bytes.end()).size()), 8u);
    tiles.insert(bytes);
  }
  EXPECT_EQ(tiles.size(), static_cast<std::size_t>(columns));
}

class EveryRecipe : public testing::TestWithParam<std::string> {};

TEST_P(EveryRecipe, TrainsFiftySteps) {
  at::set_num_threads(1);  // networks this small only wait for one another's threads
  const test::TemporaryFolder digits;
  test::write_digits(digits.path());
  Recipe recipe = load_recipe(GetParam());
  for (const auto& [key, value] : test::small_overrides(GetParam(), digits.path()))
    set_recipe_value(recipe, key + "=" + value);
  Trainer trainer(recipe, data::open_dataset(recipe.data), {});

  const std::vector<at::Tensor> before = weights_of(trainer);
  const std::string hash = trainer.weights_hash();
  std::vector<StepReport> reports;
  std::set<double> levels;
  for (int i = 0; i < steps; ++i) {
    reports.push_back(trainer.step());
    ASSERT_NO_FATAL_FAILURE(expect_finite(reports.back()));
    levels.insert(level_of(trainer));
  }
  EXPECT_EQ(trainer.steps(), steps);
  EXPECT_NEAR(trainer.kimg(), expected_pictures(recipe) / 1000.0, 1e-9);
  EXPECT_NE(trainer.weights_hash(), hash);
  expect_other_weights(before, weights_of(trainer));
  expect_parts(recipe, reports);
  expect_pictures(trainer.sample_sheet(3, 1), 3);
  const bool grows = recipe.grow.start > 0;
  EXPECT_EQ(*levels.rbegin(), grows ? 2 : 0);  // 8 pixels of 32
  EXPECT_EQ(*levels.begin(), 0);
  EXPECT_EQ(levels.contains(1), grows);
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, EveryRecipe, testing::ValuesIn(recipe_names()), test_name);

}  // namespace
}  // namespace ganvas::train
