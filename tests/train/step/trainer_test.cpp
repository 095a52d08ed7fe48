#include "train/step/trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "io/safetensors.h"
#include "train/step/checkpoint.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

Trainer make_trainer(const Recipe& recipe) {
  at::set_num_threads(1);  // networks this small only wait for one another's threads
  return {recipe, std::make_shared<test::TinyDataset>(), {}};
}

Recipe stylegan2_recipe() {
  return test::tiny_stylegan2(
      {"loss.generator_first=true", "augment.p=0.3", "augment.interval=2", "augment.target=-1", "augment.kimg=0.05"});
}

std::string hash_after(Trainer& trainer, int steps) {
  for (int i = 0; i < steps; ++i) trainer.step();
  return trainer.weights_hash();
}

TEST(Trainer, CountsStepsAndPictures) {
  Trainer trainer = make_trainer(test::with(test::tiny_recipe(), {"loss.d_steps=3", "kimg=0.024"}));
  EXPECT_FALSE(trainer.finished());
  const StepReport first = trainer.step();
  EXPECT_EQ(first.step, 1);
  EXPECT_DOUBLE_EQ(first.kimg, 0.012);
  EXPECT_GT(first.d_grad_norm, 0);
  EXPECT_GT(first.g_grad_norm, 0);
  EXPECT_GT(first.real_score, 0);
  EXPECT_LT(first.real_score, 1);
  trainer.step();
  EXPECT_TRUE(trainer.finished());
}

TEST(Trainer, TheSameSeedGivesTheSameWeightsAnotherSeedOthers) {
  Trainer one = make_trainer(test::with(test::tiny_recipe(), {"seed=5"}));
  Trainer two = make_trainer(test::with(test::tiny_recipe(), {"seed=5"}));
  Trainer other = make_trainer(test::with(test::tiny_recipe(), {"seed=6"}));
  const std::string expected = hash_after(one, 4);
  EXPECT_EQ(hash_after(two, 4), expected);
  EXPECT_NE(hash_after(other, 4), expected);
}

TEST(Trainer, TrainsWithoutTheGlobalRandomStream) {
  Trainer trainer = make_trainer(test::tiny_recipe());
  const at::Tensor before = at::detail::getDefaultCPUGenerator().get_state();
  hash_after(trainer, 2);
  trainer.sample_sheet(2, 2);
  trainer.snapshot();
  EXPECT_TRUE(at::equal(before, at::detail::getDefaultCPUGenerator().get_state()));
}

TEST(Trainer, Stylegan2RegularisesLazilyAndSteersItsAugmentation) {
  Trainer trainer = make_trainer(stylegan2_recipe());
  std::vector<StepReport> reports;
  for (int i = 0; i < 6; ++i) reports.push_back(trainer.step());
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(reports[i].penalty > 0, i % 3 == 0) << i;
    EXPECT_EQ(reports[i].path_length > 0, i % 2 == 0) << i;
    EXPECT_TRUE(std::isfinite(reports[i].g_loss) && std::isfinite(reports[i].d_loss)) << i;
  }
  // Every statistic is above the target of -1, or at it: p rises by 8 pictures of 50, or stays.
  EXPECT_DOUBLE_EQ(reports[0].augment_p, 0.3);
  EXPECT_GE(reports[5].augment_p, reports[1].augment_p);
  EXPECT_NEAR(reports[5].augment_p, 0.3 + 3 * 8 / 50.0, 0.33);
}

TEST(Trainer, Stylegan2TrainsWithoutTheGlobalRandomStream) {
  Trainer trainer = make_trainer(stylegan2_recipe());
  const at::Tensor before = at::detail::getDefaultCPUGenerator().get_state();
  hash_after(trainer, 3);
  EXPECT_TRUE(at::equal(before, at::detail::getDefaultCPUGenerator().get_state()));
}

TEST(Trainer, LooksDoNotChangeTheTraining) {
  Trainer alone = make_trainer(test::tiny_recipe());
  Trainer watched = make_trainer(test::tiny_recipe());
  const std::string expected = hash_after(alone, 60);
  for (int i = 0; i < 60; ++i) {
    watched.step();
    watched.snapshot(i % 2 == 0);
    if (i % 7 == 0) watched.sample_sheet(3, 2, i % 2 == 0);
  }
  EXPECT_EQ(watched.weights_hash(), expected);
}

TEST(Trainer, ASnapshotNeverChangesAndHoldsTheAveragedWeights) {
  Trainer trainer = make_trainer(test::tiny_recipe());
  hash_after(trainer, 3);
  const SnapshotPtr snapshot = trainer.snapshot();
  const std::string hash = snapshot->weights.hash();
  EXPECT_EQ(hash, models::weights_of(trainer.ema_generator()).hash());
  hash_after(trainer, 5);
  EXPECT_EQ(snapshot->weights.hash(), hash);
  EXPECT_NE(trainer.snapshot()->weights.hash(), hash);
  EXPECT_EQ(snapshot->version, 1u);
  EXPECT_EQ(snapshot->step, 3);
  EXPECT_EQ(snapshot->ready, nullptr);
  EXPECT_EQ(snapshot->in_training.size(), 0u) << "nobody has asked";
  EXPECT_EQ(trainer.snapshot(true)->in_training.hash(), models::weights_of(trainer.generator()).hash());

  const models::GeneratorPtr replica = models::make_generator(snapshot->spec, at::kCPU);
  models::load_weights(*replica, snapshot->weights);
  EXPECT_EQ(models::weights_of(*replica).hash(), hash);
}

TEST(Trainer, WithoutAveragingTheAverageIsTheGenerator) {
  Trainer trainer = make_trainer(test::with(test::tiny_recipe(), {"ema_kimg=0"}));
  hash_after(trainer, 3);
  EXPECT_EQ(models::weights_of(trainer.ema_generator()).hash(), models::weights_of(trainer.generator()).hash());
}

TEST(Trainer, ResumesExactly) {
  const std::vector<std::vector<std::string>> variants{
      {},
      {"loss.fresh_latents=false", "ema_kimg=0", "d_optimizer.kind=sgd", "d_optimizer.momentum=0.5"},
      {"loss.kind=wasserstein", "loss.d_steps=3", "loss.weight_clip=0.01", "g_optimizer.kind=rmsprop",
       "d_optimizer.kind=rmsprop"},
      {"loss.joint_batches=true", "loss.g_fake=[0.7,0.9]", "network.z_dim=7"},  // an odd number of normal draws
      {"loss.kind=wasserstein", "loss.gradient_penalty=10", "loss.d_steps=2", "network.dcgan.d_batch_norm=false",
       "loss.warmup.d_steps=3", "loss.warmup.first=2"}};
  std::vector<Recipe> recipes{stylegan2_recipe()};
  for (const auto& variant : variants) recipes.push_back(test::with(test::tiny_recipe(), variant));
  for (const Recipe& recipe : recipes) {
    const test::TemporaryFolder folder;
    Trainer whole = make_trainer(recipe);
    hash_after(whole, 5);
    whole.save(folder.path() / "checkpoint");
    const std::string at_five = whole.weights_hash();
    const std::string at_twelve = hash_after(whole, 7);

    Trainer resumed = make_trainer(recipe);
    hash_after(resumed, 2);  // whatever it did before is forgotten
    resumed.restore(folder.path() / "checkpoint");
    EXPECT_EQ(resumed.steps(), 5);
    EXPECT_EQ(resumed.weights_hash(), at_five);
    EXPECT_EQ(hash_after(resumed, 7), at_twelve);
    EXPECT_DOUBLE_EQ(resumed.kimg(), whole.kimg());
    EXPECT_EQ(resumed.sample_sheet(2, 2), whole.sample_sheet(2, 2));
  }
}

TEST(Trainer, ACheckpointKnowsItsRecipe) {
  const test::TemporaryFolder folder;
  Trainer trainer = make_trainer(test::with(test::tiny_recipe(), {"batch=3", "seed=77"}));
  trainer.save(folder.path() / "checkpoint");
  EXPECT_EQ(to_json(recipe_of_checkpoint(folder.path() / "checkpoint")), to_json(trainer.recipe()));
}

TEST(Trainer, RefusesACheckpointOfOtherNetworksOrOptimizers) {
  const test::TemporaryFolder folder;
  Trainer trainer = make_trainer(test::tiny_recipe());
  trainer.save(folder.path() / "checkpoint");
  Trainer wider = make_trainer(test::with(test::tiny_recipe(), {"network.dcgan.channels=[16,8,6]"}));
  const std::string before = wider.weights_hash();
  EXPECT_THROW(wider.restore(folder.path() / "checkpoint"), Error);
  EXPECT_EQ(wider.weights_hash(), before);
  Trainer sgd = make_trainer(test::with(test::tiny_recipe(), {"d_optimizer.kind=sgd"}));
  EXPECT_THROW(sgd.restore(folder.path() / "checkpoint"), Error);
  trainer.save_model(folder.path() / "model");
  EXPECT_THROW(trainer.restore(folder.path() / "model"), Error);
}

TEST(Trainer, TheModelFileIsTheAveragedGenerator) {
  const test::TemporaryFolder folder;
  Trainer trainer = make_trainer(test::tiny_recipe());
  hash_after(trainer, 3);
  trainer.save_model(folder.path() / "model.safetensors");
  const io::WeightSet file = io::read_safetensors(folder.path() / "model.safetensors");
  const models::NetworkSpec spec = models::recognise(file);
  EXPECT_EQ(to_json(spec), to_json(trainer.ema_generator().spec()));
  const models::GeneratorPtr generator = models::make_generator(spec, at::kCPU);
  models::load_weights(*generator, file);
  EXPECT_EQ(models::weights_of(*generator).hash(), models::weights_of(trainer.ema_generator()).hash());
}

TEST(Trainer, AFailedSaveLeavesTheCheckpointThatWasThere) {
  const test::TemporaryFolder folder;
  Trainer trainer = make_trainer(test::tiny_recipe());
  const auto file = folder.path() / "checkpoint";
  trainer.save(file);
  const std::string before = read_file(file);
  trainer.step();
  // Its folder becomes a file: nothing can be written beside it.
  EXPECT_THROW(trainer.save(file / "inside"), Error);
  EXPECT_EQ(read_file(file), before);
}

TEST(Trainer, SheetsHaveTheirGrid) {
  Trainer trainer = make_trainer(test::tiny_recipe());
  const Image samples = trainer.sample_sheet(3, 2);
  EXPECT_EQ(samples.width, 96);
  EXPECT_EQ(samples.height, 64);
  EXPECT_EQ(samples.channels, 4);
  EXPECT_EQ(trainer.sample_sheet(3, 2), samples);
  const Image reals = trainer.real_sheet(2, 1);
  ASSERT_EQ(reals.width, 64);
  const Image second = trainer.dataset().picture(12);
  for (int k = 0; k < 3; ++k) EXPECT_EQ(reals.at(32 + 5, 9)[k], second.at(5, 9)[k]);
  EXPECT_EQ(reals.at(0, 0)[3], 255);
}

TEST(Trainer, RefusesDataThatDoesNotFit) {
  const auto grey = std::make_shared<test::TinyDataset>(1);
  EXPECT_THROW(Trainer(test::tiny_recipe(), grey, {}), Error);
  EXPECT_THROW(
      make_trainer(test::with(test::tiny_recipe(), {"network.resolution=64", "network.dcgan.channels=[8,8,8,8]"})),
      Error);
  Recipe recipe = test::tiny_recipe();
  recipe.network.image_channels = 1;
  EXPECT_NO_THROW(Trainer(recipe, grey, {}).step());
}

TEST(Trainer, LearnsToTellTheDataFromNoise) {
  Trainer trainer =
      make_trainer(test::with(test::tiny_recipe(), {"g_optimizer.lr=0", "d_optimizer.lr=0.002", "loss.d_real=1"}));
  const StepReport first = trainer.step();
  StepReport last;
  for (int i = 0; i < 60; ++i) last = trainer.step();
  EXPECT_LT(last.d_loss, 0.3 * first.d_loss);
  EXPECT_GT(last.real_score, 0.8);
  EXPECT_LT(last.fake_score, 0.2);
}

}  // namespace
}  // namespace ganvas::train
