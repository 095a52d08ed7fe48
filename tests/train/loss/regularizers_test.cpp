#include "train/loss/regularizers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "train/report/edit.h"

namespace ganvas::train {
namespace {

// A term whose weight were no key of a recipe could not be switched on.
TEST(DiscriminatorTerms, EachHasAWeightOfItsOwnThatMayChangeWhileARunTrains) {
  for (const DiscriminatorTerm& term : discriminator_terms()) {
    LossSpec loss;
    loss.*term.weight = 2;
    EXPECT_TRUE(has_terms(loss)) << term.name;
    EXPECT_EQ(terms_of_each_step(loss, term.pictures), std::vector{&term});
    const Json json = fields::to_json(loss), before = fields::to_json(LossSpec{});
    std::vector<std::string> changed;
    for (const auto& [key, value] : json.items()) {
      if (value != before.at(key)) changed.push_back("loss." + key);
    }
    ASSERT_EQ(changed.size(), 1u) << term.name;
    EXPECT_EQ(std::ranges::count(live_keys(), changed.front()), 1) << changed.front();
    if (term.interval == nullptr) continue;
    loss.*term.interval = 4;
    EXPECT_TRUE(terms_of_each_step(loss, term.pictures).empty()) << term.name << " is a step of its own now and then";
  }
  EXPECT_FALSE(has_terms({}));
}

TEST(DiscriminatorTerms, AreMeansThatTheDiscriminatorCanLearnFrom) {
  for (const DiscriminatorTerm& term : discriminator_terms()) {
    const at::Tensor weights = at::tensor({0.5, -1.5, 2.0, 0.25}, at::kDouble).requires_grad_();
    const auto mean_of = [&](const at::Tensor& pictures) {
      const at::Tensor seen = pictures.detach().requires_grad_();
      return term.mean((seen.flatten(1) * weights).sum(1).square(), seen);
    };
    const at::Tensor pictures = at::arange(1, 13, at::kDouble).view({3, 1, 2, 2}) / 12;
    const at::Tensor mean = mean_of(pictures);
    EXPECT_EQ(mean.dim(), 0) << term.name;
    EXPECT_NEAR(mean.item<double>(), mean_of(at::cat({pictures, pictures})).item<double>(), 1e-12) << term.name;
    mean.backward();
    EXPECT_GT(weights.grad().abs().sum().item<double>(), 0) << term.name;
  }
}

}  // namespace
}  // namespace ganvas::train
