#include "train/recipe/growing.h"

#include <ATen/Parallel.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "train/step/trainer.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

GrowingSpec published() {
  return {.start = 8};
}

TEST(Growing, FollowsThePublishedSchedule) {
  const auto lod = [](double kimg) { return growing_phase(published(), 1024, kimg).lod; };
  EXPECT_DOUBLE_EQ(lod(0), 7);      // 8x8
  EXPECT_DOUBLE_EQ(lod(600), 7);    // stable until here
  EXPECT_DOUBLE_EQ(lod(900), 6.5);  // half way to 16x16
  EXPECT_DOUBLE_EQ(lod(1200), 6);
  EXPECT_DOUBLE_EQ(lod(1800), 6);
  EXPECT_DOUBLE_EQ(lod(8400), 0);  // 1024x1024 alone
  EXPECT_DOUBLE_EQ(lod(25000), 0);
  EXPECT_EQ(growing_phase(published(), 1024, 0).resolution, 8);
  EXPECT_EQ(growing_phase(published(), 1024, 601).resolution, 16);  // fades in already
  EXPECT_EQ(growing_phase(published(), 1024, 4800).resolution, 128);
  EXPECT_EQ(growing_phase({.start = 64}, 32, 0).resolution, 32);
}

TEST(Growing, ALevelIsCrossedAtItsBothEnds) {
  EXPECT_TRUE(crosses_level(7, 6.99));
  EXPECT_FALSE(crosses_level(6.99, 6.01));
  EXPECT_TRUE(crosses_level(6.01, 6));
  EXPECT_FALSE(crosses_level(6, 6));
}

TEST(Growing, RealsLoseTheirDetail) {
  const at::Tensor pictures = at::arange(16, at::kFloat).view({1, 1, 4, 4});
  EXPECT_TRUE(at::equal(faded_reals(pictures, 0), pictures));
  const at::Tensor boxes = at::tensor({2.5F, 2.5F, 4.5F, 4.5F, 2.5F, 2.5F, 4.5F, 4.5F, 10.5F, 10.5F, 12.5F, 12.5F,
                                       10.5F, 10.5F, 12.5F, 12.5F})
                               .view({1, 1, 4, 4});
  EXPECT_TRUE(at::equal(faded_reals(pictures, 1), boxes));
  EXPECT_TRUE(at::allclose(faded_reals(pictures, 0.25), at::lerp(pictures, boxes, 0.25)));
  EXPECT_TRUE(at::allclose(faded_reals(pictures, 2), at::full({1, 1, 4, 4}, 7.5)));
}

TEST(Growing, JsonReadsBackAndRefusesNonsense) {
  const GrowingSpec spec{.start = 8, .stable_kimg = 30, .batch = {{8, 128}}, .lr = {{128, 0.0015}}};
  const auto read = [](const Json& json) {
    GrowingSpec read;
    fields::from_json(json, "grow", read);
    return read;
  };
  EXPECT_EQ(read(fields::to_json(spec)), spec);
  EXPECT_THROW(read({{"start", 7}}), Error);
  EXPECT_THROW(read({{"batch", {{"9", 4}}}}), Error);
  EXPECT_THROW(read({{"stable_kimg", 0}, {"fade_kimg", 0}}), Error);
}

/// 8 to 32 pixels within 24 steps.
Recipe growing_recipe() {
  Recipe recipe = test::tiny_recipe();
  recipe.network.family = "stylegan";
  recipe.network.w_dim = 8;
  recipe.network.num_ws = 8;
  recipe.network.extra = {{"channels", {8, 8, 8, 4}}, {"d_dense", 8}, {"mapping_layers", 2}, {"mapping_channels", 8}};
  recipe.loss.kind = "logistic";
  recipe.loss.r1_gamma = 10;
  recipe.loss.style_mixing = 0.9;
  recipe.grow = {
      .start = 8, .stable_kimg = 0.016, .fade_kimg = 0.016, .repeats = 2, .batch = {{8, 8}}, .lr = {{32, 0.001}}};
  return recipe;
}

Trainer make_trainer() {
  at::set_num_threads(1);
  return {growing_recipe(), std::make_shared<test::TinyDataset>(), {}};
}

double lod_of(Trainer& trainer) {
  return trainer.generator().named_buffers()["synthesis.lod"].item<double>();
}

TEST(Growing, ARunGrowsItsNetworks) {
  Trainer trainer = make_trainer();
  trainer.step();
  EXPECT_DOUBLE_EQ(trainer.kimg(), 0.008);  // the batch of 8 pixels
  EXPECT_DOUBLE_EQ(lod_of(trainer), 2);
  std::vector<double> lods;
  for (int i = 0; i < 23; ++i) {
    const StepReport report = trainer.step();
    EXPECT_TRUE(std::isfinite(report.g_loss) && std::isfinite(report.d_loss));
    lods.push_back(lod_of(trainer));
  }
  EXPECT_TRUE(std::is_sorted(lods.rbegin(), lods.rend()));
  EXPECT_DOUBLE_EQ(lods.back(), 0);
  EXPECT_DOUBLE_EQ(trainer.discriminator().named_buffers()["lod"].item<double>(), 0);
  EXPECT_DOUBLE_EQ(trainer.ema_generator().named_buffers()["synthesis.lod"].item<double>(), 0);
}

// Saved between two looks at the schedule, after each number of steps.
TEST(Growing, ARunResumesExactlyInEveryPhase) {
  const test::TemporaryFolder folder;
  Trainer whole = make_trainer();
  for (int i = 0; i < 20; ++i) {
    whole.save(folder.path() / fmt::format("{}", i));
    whole.step();
  }
  const std::string expected = whole.weights_hash();
  for (int i = 1; i < 20; i += 3) {
    Trainer resumed = make_trainer();
    resumed.restore(folder.path() / fmt::format("{}", i));
    while (resumed.steps() < 20) resumed.step();
    EXPECT_EQ(resumed.weights_hash(), expected) << "resumed after step " << i;
  }
}

TEST(Growing, OnlyStyleganGrows) {
  Json json = to_json(test::tiny_recipe());
  json["grow"]["start"] = 8;
  EXPECT_THROW(recipe_from_json(json, "recipe"), Error);
}

}  // namespace
}  // namespace ganvas::train
