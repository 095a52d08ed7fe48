#include "train/step/smaller_parts.h"

#include <ATen/Parallel.h>

#include <gtest/gtest.h>

#include "core/error.h"
#include "train/samples/samples.h"
#include "train/step/trainer.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

Trainer trainer_of(const Recipe& recipe, TrainerOptions options) {
  at::set_num_threads(1);
  return {recipe, std::make_shared<test::TinyDataset>(), std::move(options)};
}

std::string hash_after(Trainer trainer, int steps) {
  for (int i = 0; i < steps; ++i) trainer.step();
  return trainer.weights_hash();
}

/// Throws at the part `index` of all, once.
std::function<void(std::int64_t)> failing_at(int index) {
  return [left = index](std::int64_t) mutable {
    if (left-- == 0) throw std::bad_alloc();
  };
}

TEST(SmallerParts, WhatDoesNotFitIsDoneAgainInMicroBatchesBitForBit) {
  // At the first part of a run, so that all of it has the same micro-batches.
  for (const Recipe& recipe :
       {test::tiny_stylegan2({"batch=16", "augment.p=0.3"}), test::tiny_without_norm({"loss.fresh_latents=false"})}) {
    Trainer trainer = trainer_of(recipe, {.probe = failing_at(0)});
    trainer.step();
    EXPECT_EQ(trainer.micro_batches(), 2);
    const int half = recipe.batch / 2;
    EXPECT_EQ(trainer.take_notice(),
              fmt::format("Out of memory at batch {}: going on with 2 micro-batches of {}, the same mathematics.",
                          recipe.batch, half));
    EXPECT_EQ(trainer.take_notice(), "");
    for (int i = 0; i < 3; ++i) trainer.step();
    EXPECT_EQ(trainer.weights_hash(), hash_after(trainer_of(recipe, {.micro_batches = 2}), 4));
  }
}

TEST(SmallerParts, AHalfDoneStepLeavesNoTrace) {
  // In the second micro-batch of each kind of half-step: running averages have moved, random numbers are drawn.
  for (const Recipe& recipe :
       {test::tiny_stylegan2({"batch=16", "augment.p=0.3"}), test::tiny_without_norm({"loss.fresh_latents=false"})}) {
    Trainer whole = trainer_of(recipe, {.micro_batches = 2});
    for (int i = 0; i < 3; ++i) whole.step();
    for (int at = 1; at < 12; at += 2) {
      Trainer trainer = trainer_of(recipe, {.micro_batches = 2, .probe = failing_at(at)});
      for (int i = 0; i < 3; ++i) trainer.step();
      EXPECT_EQ(trainer.micro_batches(), 4);
      const auto mine = trainer.generator().named_buffers(), theirs = whole.generator().named_buffers();
      for (const auto& item : mine)
        EXPECT_TRUE(at::allclose(item.value(), theirs[item.key()], 1e-4, 1e-5)) << item.key() << " " << at;
      const auto a = trainer.generator().parameters(), b = whole.generator().parameters();
      for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(at::allclose(a[i], b[i], 1e-3, 1e-4)) << at << " " << i;
    }
  }
}

TEST(SmallerParts, SaysWhatElseToDoWhenNothingIsLeftToCut) {
  const auto always = [](std::int64_t) { throw std::bad_alloc(); };
  const auto text_of = [&](const Recipe& recipe) -> std::string {
    Trainer trainer = trainer_of(recipe, {.probe = always});
    try {
      trainer.step();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(text_of(test::tiny_without_norm({})).find("cannot be cut any finer"), std::string::npos);
  const std::string norm = text_of(test::tiny_recipe());
  EXPECT_NE(norm.find("Out of memory at batch 4."), std::string::npos) << norm;
  EXPECT_NE(norm.find("smaller batch"), std::string::npos) << norm;
}

TEST(SmallerParts, WhatIsOnlyLookedAtIsMadeInPiecesThatFit) {
  std::vector<std::int64_t> tried;
  const auto room_for = [&](std::int64_t most) {
    return [&tried, most](std::int64_t at_once) {
      tried.push_back(at_once);
      if (at_once > most) throw std::bad_alloc();
      return at_once;
    };
  };
  EXPECT_EQ(with_fewer_at_once(64, room_for(10)), 8);
  EXPECT_EQ(tried, (std::vector<std::int64_t>{64, 32, 16, 8}));
  EXPECT_EQ(with_fewer_at_once(5, room_for(1)), 1);
  EXPECT_THROW(with_fewer_at_once(3, room_for(0)), std::bad_alloc);
  EXPECT_THROW(with_fewer_at_once(8, [](std::int64_t) -> int { throw Error("The data is gone."); }), Error);
}

TEST(SmallerParts, ASheetIsTheSameHoweverManyAtOnce) {
  const Recipe recipe = test::tiny_recipe();
  const test::TinyDataset data;
  const models::GeneratorPtr generator = models::make_generator(recipe.network, at::kCPU, 1);
  const Image whole = sample_sheet_of(*generator, recipe, data, 3, 3, 9);
  for (const std::int64_t at_once : {1, 4}) {
    const Image parts = sample_sheet_of(*generator, recipe, data, 3, 3, at_once);
    ASSERT_EQ(parts.pixels.size(), whole.pixels.size());
    for (std::size_t i = 0; i < whole.pixels.size(); ++i) EXPECT_NEAR(parts.pixels[i], whole.pixels[i], 1);
  }
}

TEST(SmallerParts, GrowingKeepsTheMicroBatchesThatFit) {
  const Recipe recipe = test::tiny_without_norm({"batch=12"});
  GanStep step(recipe.loss, recipe.g_optimizer, recipe.d_optimizer, models::make_generator(recipe.network, at::kCPU, 1),
               models::make_discriminator(recipe.network, at::kCPU, 2));
  EXPECT_EQ(fitting_micro_batches(step, 12, 4), 4);
  EXPECT_EQ(fitting_micro_batches(step, 6, 4), 3);
  EXPECT_EQ(fitting_micro_batches(step, 7, 4), 1);
}

}  // namespace
}  // namespace ganvas::train
