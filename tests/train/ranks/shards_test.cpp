#include "train/ranks/shards.h"

#include <ATen/Parallel.h>
#include <torch/nn/module.h>

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "models/stylegan/layers.h"
#include "train/loss/regularizers.h"
#include "train/step/gan_step.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

std::vector<std::int64_t> rows(std::int64_t batch, std::int64_t group, std::int64_t parts, std::int64_t index) {
  const at::Tensor rows = shard_rows(batch, group, parts, index);
  return {rows.const_data_ptr<std::int64_t>(), rows.const_data_ptr<std::int64_t>() + rows.numel()};
}

std::string refusal(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

using Rows = std::vector<std::int64_t>;

TEST(Shards, PartsWithoutGroupsAreRunsOfTheBatch) {
  EXPECT_EQ(rows(6, 1, 1, 0), (Rows{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(rows(6, 1, 3, 1), (Rows{2, 3}));
}

TEST(Shards, PartsTakeWholeGroups) {
  // 8 pictures in groups of 4: {0, 2, 4, 6} and {1, 3, 5, 7}.
  EXPECT_EQ(rows(8, 4, 2, 0), (Rows{0, 2, 4, 6}));
  EXPECT_EQ(rows(8, 4, 2, 1), (Rows{1, 3, 5, 7}));
  // 12 in groups of 2: n and n + 6.
  EXPECT_EQ(rows(12, 2, 3, 1), (Rows{2, 3, 8, 9}));
}

TEST(Shards, PartsOfAPartAreThePartsOfTheWhole) {
  for (const std::int64_t group : {1, 2, 4}) {
    for (int rank = 0; rank < 2; ++rank) {
      const at::Tensor own = shard_rows(48, group, 2, rank);
      for (int i = 0; i < 3; ++i) {
        const at::Tensor part = own.index_select(0, shard_rows(24, group, 3, i));
        EXPECT_TRUE(at::equal(part, shard_rows(48, group, 6, rank * 3 + i))) << group << " " << rank << " " << i;
      }
    }
  }
}

TEST(Shards, TheMinibatchDeviationOfAPartIsThatOfTheWholeBatch) {
  const at::Tensor x = at::randn({12, 2, 3, 3}, at::make_generator<at::CPUGeneratorImpl>(4));
  const at::Tensor whole = models::with_group_deviation(x, 4, 1);
  for (int i = 0; i < 3; ++i) {
    const at::Tensor part = shard_rows(12, 4, 3, i);
    EXPECT_TRUE(at::equal(models::with_group_deviation(x.index_select(0, part), 4, 1), whole.index_select(0, part)));
  }
}

TEST(Shards, RefusalsSayWhichBatchesFit) {
  EXPECT_EQ(refusal([] { shard_rows(6, 1, 4, 0); }),
            "A batch of 6 cannot be cut into 4 equal parts; multiples of 4 fit, for example --set batch=8.");
  EXPECT_EQ(
      refusal([] { shard_rows(12, 4, 2, 0); }),
      "A batch of 12 cannot be cut into 2 equal parts that keep the groups of 4 of the minibatch deviation whole; "
      "multiples of 8 fit, for example --set batch=16.");
  EXPECT_NE(refusal([] { shard_rows(4, 4, 2, 0); }).find("compares all 4 pictures"), std::string::npos);
}

TEST(Shards, KnowsWhatRunningOutOfMemoryLooksLike) {
  EXPECT_TRUE(tells_of_memory(std::bad_alloc()));
  EXPECT_TRUE(tells_of_memory(c10::OutOfMemoryError({"f", "x.cpp", 1}, "CUDA out of memory.")));
  EXPECT_FALSE(tells_of_memory(Error("The data is out of memory lane.")));
  try {
    at::empty({std::int64_t{1} << 60}, at::kByte);
    FAIL();
  } catch (const std::exception& error) {
    EXPECT_TRUE(tells_of_memory(error)) << error.what();
  }
}

/// The moved average is a constant of each part, yet the gradient is that of the whole batch, through the average too.
TEST(Shards, ThePathPenaltyOfPartsHasTheGradientOfTheWhole) {
  const at::Tensor start = at::rand({6}, at::make_generator<at::CPUGeneratorImpl>(1), at::kDouble) + 0.5;
  const at::Tensor average = at::scalar_tensor(0.3, at::kDouble);
  const double decay = 0.25;
  const at::Tensor whole = start.clone().requires_grad_();
  (whole - at::lerp(average, whole.mean(), decay)).square().sum().backward();

  const at::Tensor cut = start.clone().requires_grad_();
  const at::Tensor mean = start.mean(), moved = at::lerp(average, mean, decay);
  for (int i = 0; i < 3; ++i) path_penalty_of_part(cut.narrow(0, 2 * i, 2), moved, mean, decay).backward();
  EXPECT_TRUE(at::allclose(cut.grad(), whole.grad(), 1e-12, 1e-12));
  EXPECT_FALSE(at::allclose(cut.grad(), (start - moved) * 2, 1e-3, 1e-3));  // the average's share is not nothing
}

/// A few steps of all kinds with everything given, in double precision, the batch cut into `micro` parts.
struct Outcome {
  std::vector<at::Tensor> values;  // figures, parameters, buffers
};

constexpr int batch = 16;

Outcome steps(const Recipe& recipe, int micro) {
  at::set_num_threads(1);
  models::GeneratorPtr g = models::make_generator(recipe.network, at::kCPU, 1);
  models::DiscriminatorPtr d = models::make_discriminator(recipe.network, at::kCPU, 2);
  for (const auto& item : g->named_parameters()) {
    const at::NoGradGuard no_grad;
    if (item.key().ends_with("noise_strength") || item.key().ends_with("Noise.weight"))
      at::Tensor(item.value()).fill_(0.3);
  }
  g->to(at::kDouble), d->to(at::kDouble);
  GanStep step(recipe.loss, recipe.g_optimizer, recipe.d_optimizer, g, d);
  RandomStream augment_random(3);
  const AugmentSpec pipe = augment_preset("bgcfnc");
  if (recipe.augment.pipe != "none") {
    step.set_augment([&](at::IntArrayRef sizes) { return draw_batch_augmentation(sizes, pipe, 0.6, augment_random); });
  }
  step.set_split({.micro = micro});

  at::Generator random = at::make_generator<at::CPUGeneratorImpl>(9);
  const auto normal = [&](at::IntArrayRef sizes) { return at::randn(sizes, random, at::kDouble); };
  const int side = recipe.network.resolution;
  Outcome outcome;
  for (int i = 0; i < 3; ++i) {
    const FakeInputs fakes{.mixed_z = normal({batch, 8}), .crossover = 1 + i, .noise_seed = 5u + i};
    const at::Tensor reals = normal({batch, 3, side, side}).clamp(-1, 1);
    const DiscriminatorFigures df =
        step.train_discriminator({.reals = reals,
                                  .z = normal({batch, 8}),
                                  .real_targets = at::rand({batch, 1}, random, at::kDouble),
                                  .fake_targets = at::rand({batch, 1}, random, at::kDouble),
                                  .fakes = fakes,
                                  .mixture = at::rand({batch, 1, 1, 1}, random, at::kDouble)});
    outcome.values.insert(outcome.values.end(),
                          {df.loss, df.real_score, df.fake_score, df.grad_norm, df.penalty, df.sign_sum});
    if (recipe.loss.r1_gamma > 0) outcome.values.push_back(step.regularize_discriminator(reals, {}));
    const GeneratorFigures gf = step.train_generator(
        {.z = normal({batch, 8}), .targets = at::rand({batch, 1}, random, at::kDouble), .fakes = fakes});
    outcome.values.insert(outcome.values.end(), {gf.loss, gf.grad_norm});
    if (recipe.loss.path_weight > 0) {
      FakeInputs path = fakes;
      path.mixed_z = path.mixed_z.narrow(0, 0, 6);
      outcome.values.push_back(
          step.regularize_generator({.z = normal({6, 8}), .noise = normal({6, 3, side, side}), .fakes = path}));
      outcome.values.push_back(step.path_mean().clone());
    }
  }
  for (const torch::nn::Module* network :
       {static_cast<torch::nn::Module*>(g.get()), static_cast<torch::nn::Module*>(d.get())}) {
    for (const at::Tensor& parameter : network->parameters()) outcome.values.push_back(parameter.detach());
    for (const at::Tensor& buffer : network->buffers()) outcome.values.push_back(buffer);
  }
  return outcome;
}

/// Worst difference, of values relative to 1 or to their size.
double worst(const Outcome& a, const Outcome& b) {
  double most = 0;
  EXPECT_EQ(a.values.size(), b.values.size());
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const at::Tensor x = a.values[i].to(at::kDouble), y = b.values[i].to(at::kDouble);
    most = std::max(most, ((x - y).abs() / y.abs().clamp_min(1)).max().item<double>());
  }
  return most;
}

void expect_parts_equal_whole(const Recipe& recipe, const std::string& what) {
  const Outcome whole = steps(recipe, 1);
  for (const int micro : {2, 4}) {
    const double difference = worst(steps(recipe, micro), whole);
    std::cout << what << ", " << micro << " micro-batches: worst difference " << difference << "\n";
    EXPECT_LT(difference, 1e-8) << what << " in " << micro;
  }
}

TEST(MicroBatches, AreTheSameMathematicsAsTheWholeBatch) {
  expect_parts_equal_whole(test::tiny_stylegan2(), "StyleGAN2-ADA");
  expect_parts_equal_whole(test::tiny_stylegan2({"loss.r1_interval=1", "augment.pipe=none"}),
                           "StyleGAN2, R1 in each step");
  expect_parts_equal_whole(test::tiny_stylegan2({"loss.joint_batches=true", "loss.r1_gamma=0"}),
                           "StyleGAN2, joint batches");
  expect_parts_equal_whole(test::tiny_without_norm({"loss.kind=wasserstein", "loss.gradient_penalty=10"}), "WGAN-GP");
  expect_parts_equal_whole(test::tiny_without_norm({"loss.fresh_latents=false"}), "fakes used twice");
  expect_parts_equal_whole(test::tiny_without_norm({"loss.joint_batches=true", "loss.d_fake=[0.0,0.2]"}),
                           "joint batches");
}

TEST(MicroBatches, RefuseBatchNorm) {
  const Recipe recipe = test::tiny_recipe();
  const std::string text = refusal([&] { steps(recipe, 2); });
  EXPECT_NE(text.find("batch norm"), std::string::npos) << text;
}

TEST(MicroBatches, RefuseBatchesThatDoNotFit) {
  const Recipe recipe = test::tiny_stylegan2();
  GanStep step(recipe.loss, recipe.g_optimizer, recipe.d_optimizer, models::make_generator(recipe.network, at::kCPU, 1),
               models::make_discriminator(recipe.network, at::kCPU, 2));
  EXPECT_NO_THROW(step.check_batch(16, {.micro = 4}));
  EXPECT_NE(refusal([&] { step.check_batch(12, {.micro = 2}); }).find("multiples of 8 fit"), std::string::npos);
}

}  // namespace
}  // namespace ganvas::train
