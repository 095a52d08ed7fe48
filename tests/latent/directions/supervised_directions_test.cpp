#include "latent/directions/supervised_directions.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace ganvas::latent {
namespace {

at::Tensor samples(std::int64_t count, std::uint64_t seed) {
  const at::Tensor scales = at::tensor({0.2, 3.0, 1.0, 1.0, 0.5}, at::kDouble);
  return at::randn({count, 5}, at::make_generator<at::CPUGeneratorImpl>(seed), at::kDouble) * scales + 2;
}

const at::Tensor wanted = at::tensor({3.0, 0.0, 4.0, 0.0, 0.0}, at::kDouble) / 5;

TEST(SupervisedDirection, IsTheNormalOfTheBoundaryBetweenLabels) {
  const at::Tensor w = samples(4000, 1);
  const at::Tensor labels = (w.matmul(wanted) > 2.8).to(at::kDouble);
  const SupervisedDirection found = supervised_direction(w, labels);
  EXPECT_NEAR(found.vector.norm().item<double>(), 1, 1e-9);
  EXPECT_GT(found.vector.dot(wanted).item<double>(), 0.995);
  EXPECT_NEAR(found.size, w.matmul(found.vector).std().item<double>(), 1e-9);
  EXPECT_GT(found.accuracy, 0.75);
  const SupervisedDirection against = supervised_direction(w, 1 - labels);
  EXPECT_LT(against.vector.dot(wanted).item<double>(), -0.995);
}

TEST(SupervisedDirection, IsTheSlopeOfAValue) {
  const at::Tensor w = samples(2000, 2);
  const at::Tensor values = (w.matmul(wanted) * 0.05 + 0.3).clamp(0, 1);
  const SupervisedDirection found = supervised_direction(w, values);
  EXPECT_GT(found.vector.dot(wanted).item<double>(), 0.9999);
  EXPECT_GT(found.accuracy, 0.999);
}

TEST(SupervisedDirection, DoesNotClaimToKnowWhatIsChance) {
  const at::Tensor w = samples(2000, 3);
  const at::Tensor labels = at::rand({2000}, at::make_generator<at::CPUGeneratorImpl>(4), at::kDouble).round();
  EXPECT_NEAR(supervised_direction(w, labels).accuracy, 0, 0.1);
}

TEST(SupervisedDirection, SaysWhatIsMissing) {
  const at::Tensor w = samples(20, 5);
  EXPECT_THROW(supervised_direction(w, at::ones({20})), Error);
  EXPECT_THROW(supervised_direction(w, at::arange(20)), Error);
  EXPECT_THROW(supervised_direction(w, at::ones({19})), Error);
  EXPECT_THROW(supervised_direction(w.narrow(0, 0, 7), at::tensor({0, 1, 0, 1, 0, 1, 0})), Error);
}

TEST(ConditionalDirection, IsAtRightAnglesToTheOthers) {
  const at::Tensor direction = at::tensor({3.0, 4.0, 12.0}),
                   others = at::tensor({1.0, 0.0, 0.0, 1.0, 1.0, 0.0}).view({2, 3});
  EXPECT_TRUE(at::allclose(conditional_direction(direction, others), at::tensor({0.0, 0.0, 1.0}, at::kDouble)));
  EXPECT_TRUE(at::allclose(conditional_direction(direction, others.narrow(0, 0, 1)),
                           at::tensor({0.0, 4.0, 12.0}, at::kDouble) / std::sqrt(160)));
  EXPECT_THROW(conditional_direction(others[0], others), Error);
}

TEST(LabelReader, ReadsWhatIsThereAndKnowsWhatIsNot) {
  const at::Tensor x = samples(400, 6);
  const at::Tensor chance = at::rand({400}, at::make_generator<at::CPUGeneratorImpl>(7), at::kDouble);
  const LabelReader reader = fit_label_reader(x, at::stack({x.matmul(wanted) + 1, chance}, 1), 1e-6);
  EXPECT_NEAR(reader.accuracy[0].item<double>(), 1, 1e-6);
  EXPECT_NEAR(reader.accuracy[1].item<double>(), 0, 0.25);
  EXPECT_TRUE(at::allclose(reader.read(x).select(1, 0), x.matmul(wanted) + 1, 1e-4, 1e-4));
}

TEST(Purity, IsTheShareOfTheLargestChange) {
  const Purity purity = purity_of(at::tensor({0.0, -3.0, 1.0, 2.0, 0.0, 0.0}).view({2, 3}));
  EXPECT_TRUE(at::equal(purity.factor, at::tensor({1, 0}, at::kLong)));
  EXPECT_TRUE(at::allclose(purity.share, at::tensor({0.75, 1.0}, at::kDouble)));
}

// Two readings lean on one another: y0 = w0 + w1, y1 = w1. Held, y1 stays, so the way is w0 alone; else it is both.
TEST(IsolatingDirection, GrowsOneReadingAndHoldsTheOthers) {
  const at::Tensor w = at::randn({400, 3}, at::make_generator<at::CPUGeneratorImpl>(1));
  const at::Tensor y = at::stack({w.select(1, 0) + w.select(1, 1), w.select(1, 1)}, 1);
  const Slopes slopes = slopes_of(w, y);
  const at::Tensor held = isolating_direction(slopes, 0, {1}, 1e4);
  EXPECT_NEAR(held[0].item<double>(), 1, 0.01);
  EXPECT_NEAR(held[1].item<double>(), 0, 0.01);
  EXPECT_NEAR(held[2].item<double>(), 0, 0.01);
  const at::Tensor free = isolating_direction(slopes, 0, {1}, 0);
  EXPECT_NEAR(free[0].item<double>(), free[1].item<double>(), 0.05);
  EXPECT_NEAR(free.norm().item<double>(), 1, 1e-9);
  const at::Tensor move = move_for(slopes, {0, 1}, at::tensor({1.0, 0.0}));
  EXPECT_NEAR(move[0].item<double>(), std::sqrt(2), 0.1) << "a deviation of the sum of two, by one of them alone";
  EXPECT_NEAR(move[1].item<double>(), 0, 0.1);
  EXPECT_NEAR(move[2].item<double>(), 0, 0.05);
  EXPECT_THROW(slopes_of(w.slice(0, 0, 4), y.slice(0, 0, 4)), Error);
}

}  // namespace
}  // namespace ganvas::latent
