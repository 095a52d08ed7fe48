#include "train/loss/losses.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace ganvas::train {
namespace {

at::Tensor column(std::vector<float> values) {
  return at::tensor(values).unsqueeze(1);
}

TEST(Losses, CrossEntropyHasItsClosedForm) {
  for (const double x : {-3.0, -0.5, 0.0, 0.25, 4.0}) {
    for (const double t : {0.0, 0.1, 0.5, 0.9, 1.0}) {
      const double p = 1.0 / (1.0 + std::exp(-x));
      const double expected = -t * std::log(p) - (1 - t) * std::log(1 - p);
      const at::Tensor loss = logit_cross_entropy(column({static_cast<float>(x)}), column({static_cast<float>(t)}));
      EXPECT_NEAR(loss.item<double>(), expected, 1e-5) << x << " " << t;
    }
  }
}

TEST(Losses, CrossEntropyStaysFiniteForHugeLogits) {
  EXPECT_EQ(logit_cross_entropy(column({1e4f}), column({1})).item<float>(), 0.0f);
  EXPECT_EQ(logit_cross_entropy(column({-1e4f}), column({1})).item<float>(), 1e4f);
}

TEST(Losses, TheGradientIsProbabilityMinusTarget) {
  const at::Tensor logits = column({-1, 0, 2}).requires_grad_();
  const at::Tensor targets = column({0.9f, 0.2f, 0.0f});
  logit_cross_entropy(logits, targets).backward();
  EXPECT_TRUE(at::allclose(logits.grad(), (logits.detach().sigmoid() - targets) / 3, 1e-5, 1e-7));
}

TEST(Losses, WassersteinIsTheMeanOfTheCritic) {
  LossSpec loss;
  loss.kind = "wasserstein";
  const at::Tensor logits = column({1, 2, 6});
  EXPECT_FLOAT_EQ(real_loss(loss, logits, {}).item<float>(), -3);
  EXPECT_FLOAT_EQ(fake_loss(loss, logits, {}).item<float>(), 3);
  EXPECT_FLOAT_EQ(generator_loss(loss, logits, {}).item<float>(), -3);
  EXPECT_FLOAT_EQ(mean_score(loss, logits).item<float>(), 3);
}

// Each loss pulls the logits of reals up and those of fakes down, and the generator's those of fakes up.
TEST(Losses, EveryLossPullsTheRightWay) {
  const std::vector<std::string> names = adversarial_loss_names();
  EXPECT_EQ(names.size(), adversarial_losses().size());
  for (const AdversarialLoss& loss : adversarial_losses()) {
    EXPECT_EQ(&adversarial_loss(loss.name), &loss);
    const auto slope = [](AdversarialLoss::Function function, float target) {
      const at::Tensor logits = column({-0.3F, 0, 0.4F}).requires_grad_();
      const at::Tensor value = function(logits, column({target, target, target}));
      EXPECT_EQ(value.dim(), 0);
      value.backward();
      return logits.grad().sum().item<double>();
    };
    EXPECT_LT(slope(loss.real, 1), 0) << loss.name;
    EXPECT_GT(slope(loss.fake, 0), 0) << loss.name;
    EXPECT_LT(slope(loss.generator, 1), 0) << loss.name;
  }
  EXPECT_THROW(adversarial_loss("none"), Error);
}

TEST(Losses, EachTermHasItsWeight) {
  LossSpec loss;
  loss.d_real_weight = 2;
  loss.d_fake_weight = 3;
  loss.g_weight = 5;
  const at::Tensor zero = column({0, 0});
  const at::Tensor one = column({1, 1});
  EXPECT_NEAR(real_loss(loss, zero, one).item<double>(), 2 * std::log(2.0), 1e-6);
  EXPECT_NEAR(fake_loss(loss, zero, zero).item<double>(), 3 * std::log(2.0), 1e-6);
  EXPECT_NEAR(generator_loss(loss, zero, one).item<double>(), 5 * std::log(2.0), 1e-6);
}

TEST(Losses, TheScoreOfCrossEntropyIsAProbability) {
  EXPECT_NEAR(mean_score({}, column({0, 100})).item<double>(), 0.75, 1e-6);
}

TEST(Targets, AConstantDrawsNothing) {
  RandomStream random(3);
  const auto before = random.state();
  EXPECT_TRUE(at::equal(draw_targets({0.9, 0.9}, 5, random), at::full({5, 1}, 0.9f)));
  EXPECT_EQ(random.state(), before);
}

TEST(Targets, ARangeIsCoveredEvenlyAndAnewForEachPicture) {
  RandomStream random(3);
  const at::Tensor targets = draw_targets({0.7, 0.9}, 4000, random);
  EXPECT_GE(targets.min().item<double>(), 0.7 - 1e-6);
  EXPECT_LE(targets.max().item<double>(), 0.9 + 1e-6);
  EXPECT_NEAR(targets.mean().item<double>(), 0.8, 0.004);
  EXPECT_NEAR(targets.std().item<double>(), 0.2 / std::sqrt(12.0), 0.002);
  EXPECT_FALSE(at::equal(targets, draw_targets({0.7, 0.9}, 4000, random)));
}

}  // namespace
}  // namespace ganvas::train
