#include "train/step/gan_step.h"

#include <torch/nn/module.h>

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/error.h"
#include "train/loss/losses.h"
#include "train/loss/regularizers.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

struct Fixture {
  Recipe recipe = test::tiny_recipe();
  models::GeneratorPtr g;
  models::DiscriminatorPtr d;
  std::unique_ptr<GanStep> step;
  at::Generator random = at::make_generator<at::CPUGeneratorImpl>(9);

  explicit Fixture(const std::function<void(Recipe&)>& change = [](Recipe&) {}) {
    change(recipe);
    g = models::make_generator(recipe.network, at::kCPU, 1);
    d = models::make_discriminator(recipe.network, at::kCPU, 2);
    step = std::make_unique<GanStep>(recipe.loss, recipe.g_optimizer, recipe.d_optimizer, g, d);
  }

  DiscriminatorInputs discriminator_inputs() {
    return {.reals = at::rand({4, 3, 32, 32}, random) * 2 - 1,
            .z = at::randn({4, 8}, random),
            .c = {},
            .real_targets = at::ones({4, 1}),
            .fake_targets = at::zeros({4, 1})};
  }
  GeneratorInputs generator_inputs() { return {.z = at::randn({4, 8}, random), .c = {}, .targets = at::ones({4, 1})}; }
};

std::vector<at::Tensor> copies(const torch::nn::Module& network) {
  std::vector<at::Tensor> values;
  for (const at::Tensor& parameter : network.parameters()) values.push_back(parameter.detach().clone());
  return values;
}

bool same(const torch::nn::Module& network, const std::vector<at::Tensor>& values) {
  const auto parameters = network.parameters();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!at::equal(parameters[i], values[i])) return false;
  }
  return true;
}

TEST(GanStep, EachHalfMovesItsOwnNetworkOnly) {
  Fixture fixture;
  auto g = copies(*fixture.g);
  auto d = copies(*fixture.d);
  fixture.step->train_discriminator(fixture.discriminator_inputs());
  EXPECT_TRUE(same(*fixture.g, g));
  EXPECT_FALSE(same(*fixture.d, d));
  d = copies(*fixture.d);
  fixture.step->train_generator(fixture.generator_inputs());
  EXPECT_FALSE(same(*fixture.g, g));
  EXPECT_TRUE(same(*fixture.d, d));
  for (const at::Tensor& parameter : fixture.d->parameters()) EXPECT_TRUE(parameter.requires_grad());
}

TEST(GanStep, TheFiguresAreThoseOfTheNetworks) {
  Fixture fixture([](Recipe& recipe) { recipe.network.extra["d_batch_norm"] = false; });
  const DiscriminatorInputs inputs = fixture.discriminator_inputs();
  const at::Tensor real = fixture.d->forward(inputs.reals, {}).detach();
  const DiscriminatorFigures figures = fixture.step->train_discriminator(inputs);
  EXPECT_FLOAT_EQ(figures.real_score.item<float>(), real.sigmoid().mean().item<float>());
  EXPECT_GT(figures.loss.item<float>(), logit_cross_entropy(real, inputs.real_targets).item<float>());
  double squares = 0;
  for (const at::Tensor& parameter : fixture.d->parameters()) squares += parameter.grad().pow(2).sum().item<double>();
  EXPECT_NEAR(figures.grad_norm.item<double>(), std::sqrt(squares), 1e-4 * std::sqrt(squares));
}

TEST(GanStep, OneJointBatchEqualsTwoWithoutBatchNorm) {
  const auto train = [](bool joint) {
    Fixture fixture([&](Recipe& recipe) {
      recipe.network.extra["d_batch_norm"] = false;
      recipe.loss.joint_batches = joint;
    });
    return fixture.step->train_discriminator(fixture.discriminator_inputs());
  };
  const DiscriminatorFigures one = train(true);
  const DiscriminatorFigures two = train(false);
  EXPECT_TRUE(at::allclose(one.loss, two.loss));
  EXPECT_TRUE(at::allclose(one.grad_norm, two.grad_norm, 1e-4));
}

TEST(GanStep, TheCriticIsClippedBeforeItsStep) {
  Fixture fixture([](Recipe& recipe) {
    recipe.loss.kind = "wasserstein";
    recipe.loss.weight_clip = 0.01;
    recipe.d_optimizer = {.kind = "sgd", .lr = 0};
  });
  fixture.step->train_discriminator(fixture.discriminator_inputs());
  for (const at::Tensor& parameter : fixture.d->parameters()) {
    EXPECT_LE(parameter.abs().max().item<double>(), 0.01 + 1e-9);
  }
  Fixture moving([](Recipe& recipe) {
    recipe.loss.kind = "wasserstein";
    recipe.loss.weight_clip = 0.01;
    recipe.d_optimizer = {.kind = "adam", .lr = 0.1};
  });
  moving.step->train_discriminator(moving.discriminator_inputs());
  double largest = 0;
  for (const at::Tensor& p : moving.d->parameters()) largest = std::max(largest, p.abs().max().item<double>());
  EXPECT_GT(largest, 0.05);  // the step came after the clip
}

TEST(GanStep, ReusedFakesTakeNoSecondPassThroughTheGenerator) {
  const auto passes = [](bool fresh) {
    Fixture fixture([&](Recipe& recipe) { recipe.loss.fresh_latents = fresh; });
    fixture.step->train_discriminator(fixture.discriminator_inputs());
    fixture.step->train_generator(fixture.generator_inputs());
    return fixture.g->named_buffers()["main.1.num_batches_tracked"].item<std::int64_t>();
  };
  EXPECT_EQ(passes(true), 2);
  EXPECT_EQ(passes(false), 1);
}

TEST(GanStep, ReusedFakesNeedADiscriminatorStepFirst) {
  Fixture fixture([](Recipe& recipe) { recipe.loss.fresh_latents = false; });
  EXPECT_THROW(fixture.step->train_generator(fixture.generator_inputs()), Error);
}

TEST(GanStep, TheGradientPenaltyOfALinearCriticIsItsSlope) {
  const at::Tensor slope = at::tensor({0.6, 0.8}, at::kDouble).requires_grad_();
  const at::Tensor pictures = at::rand({5, 1, 1, 2}, at::kDouble).requires_grad_();
  const at::Tensor logits = (pictures.flatten(1) * slope).sum(1) * 3;  // gradient of norm 3
  EXPECT_NEAR(gradient_penalty(logits, pictures).item<double>(), 4, 1e-12);
  EXPECT_NEAR(r1_penalty(logits, pictures).mean().item<double>(), 9, 1e-12);
}

TEST(GanStep, TheGradientPenaltyNeedsMixturesAndIsReported) {
  Fixture fixture([](Recipe& recipe) {
    recipe.loss.kind = "wasserstein";
    recipe.loss.gradient_penalty = 10;
    recipe.network.extra["d_batch_norm"] = false;
  });
  DiscriminatorInputs inputs = fixture.discriminator_inputs();
  EXPECT_THROW(fixture.step->train_discriminator(inputs), Error);
  inputs.mixture = at::rand({4, 1, 1, 1}, fixture.random);
  EXPECT_GT(fixture.step->train_discriminator(inputs).penalty.item<float>(), 0);
}

// With interval 1 R1 is a term of the step; a critic without other terms then shrinks its slope.
TEST(GanStep, R1FlattensTheCritic) {
  for (const int interval : {1, 2}) {
    Fixture fixture([&](Recipe& recipe) {
      recipe.loss.kind = "logistic";
      recipe.loss.d_real_weight = recipe.loss.d_fake_weight = 0;
      recipe.loss.r1_gamma = 10;
      recipe.loss.r1_interval = interval;
      recipe.network.extra["d_batch_norm"] = false;
    });
    const DiscriminatorInputs inputs = fixture.discriminator_inputs();
    std::vector<double> slopes;
    for (int i = 0; i < 8; ++i) {
      const DiscriminatorFigures figures = fixture.step->train_discriminator(inputs);
      const at::Tensor lazy =
          interval == 1 ? figures.penalty : fixture.step->regularize_discriminator(inputs.reals, {});
      slopes.push_back(lazy.item<double>());
    }
    EXPECT_LT(slopes.back(), slopes.front()) << "interval " << interval;
  }
}

TEST(GanStep, WarmsTheCriticUp) {
  LossSpec loss;
  loss.d_steps = 5;
  EXPECT_EQ(critic_steps(loss, 0), 5);
  loss.warmup = {.d_steps = 100, .first = 25, .every = 500};
  EXPECT_EQ(critic_steps(loss, 24), 100);
  EXPECT_EQ(critic_steps(loss, 25), 5);
  EXPECT_EQ(critic_steps(loss, 500), 100);
  EXPECT_EQ(critic_steps(loss, 501), 5);
}

TEST(GanStep, TheDiscriminatorSeesAugmentedPicturesAlone) {
  Fixture fixture;
  int calls = 0;
  fixture.step->set_augment([&](at::IntArrayRef sizes) {
    ++calls;
    AugmentValues grey;  // all of the picture cut out
    grey.cutout = 3;
    return BatchAugmentation{std::vector<AugmentValues>(static_cast<std::size_t>(sizes[0]), grey), {}};
  });
  const DiscriminatorFigures d = fixture.step->train_discriminator(fixture.discriminator_inputs());
  EXPECT_FLOAT_EQ(d.real_score.item<float>(), d.fake_score.item<float>());
  const GeneratorFigures g = fixture.step->train_generator(fixture.generator_inputs());
  EXPECT_EQ(g.grad_norm.item<float>(), 0);
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace ganvas::train
