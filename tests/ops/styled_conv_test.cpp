#include "ops/styled_conv.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "ops/conv2d_resample.h"
#include "ops/upfirdn2d/upfirdn2d.h"
#include "ops/vector/vectors.h"

namespace ganvas::ops {
namespace {

/// The layer out of the operators that training uses, in double precision.
at::Tensor plain(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles, const at::Tensor& noise,
                 const at::Tensor& bias, const StyledConvOptions& options) {
  const auto exact = [](const at::Tensor& t) { return t.defined() ? t.to(at::kDouble) : t; };
  at::Tensor y = modulated_conv2d(exact(x), exact(weight), exact(styles), options.filter,
                                  {.up = options.up,
                                   .padding = static_cast<int>(weight.size(2)) / 2,
                                   .demodulate = options.demodulate,
                                   .flip_weight = options.up == 1});
  if (noise.defined()) y = y + exact(noise);
  return bias_act(y, exact(bias), options.act);
}

TEST(StyledConv, EqualsTheOperatorsOfTraining) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(1);
  const at::Tensor filter = make_filter(at::tensor({1.0, 3.0, 3.0, 1.0}));
  struct Case {
    std::int64_t n, from, to, side;
    int kernel, up;
  };
  for (const Case& c : {Case{1, 16, 24, 4, 3, 1},
                        {2, 32, 16, 9, 3, 2},
                        {1, 264, 64, 8, 3, 1},
                        {2, 16, 3, 8, 1, 1},
                        {1, 8, 8, 40, 3, 2},
                        {1, 9, 7, 6, 3, 1}}) {
    const at::Tensor x = at::randn({c.n, c.from, c.side, c.side}),
                     weight = at::randn({c.to, c.from, c.kernel, c.kernel});
    const at::Tensor styles = at::randn({c.n, c.from}) + 1, bias = at::randn({c.to});
    const std::int64_t side = c.side * c.up;
    for (const auto& noise : {at::Tensor(), at::randn({side, side}), at::randn({c.n, 1, side, side})}) {
      for (const bool active : {true, false}) {
        StyledConvOptions options{.up = c.up, .demodulate = active, .act = {}, .filter = filter};
        if (active) options.act = {.activation = Activation::lrelu, .clamp = 2.0};
        ASSERT_TRUE(StyledConv::takes(x, weight, options));
        StyledConv layer;
        const at::Tensor expected = plain(x, weight, styles, noise, bias, options);
        const double size = expected.abs().max().item<double>();
        for (int again = 0; again < 2; ++again) {
          const at::Tensor actual = layer.run(x, weight, styles, noise, bias, options);
          EXPECT_LT((actual - expected).abs().max().item<double>(), 5e-6 * size) << c.from << " up " << c.up;
        }
      }
    }
  }
}

TEST(StyledConv, SeesThatItsWeightHasChanged) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(2);
  const at::Tensor x = at::randn({1, 16, 8, 8}), styles = at::ones({1, 16}), bias = at::zeros({16});
  const StyledConvOptions options{.demodulate = false, .act = {}, .filter = {}};
  at::Tensor weight = at::randn({16, 16, 3, 3});
  StyledConv layer;
  const at::Tensor before = layer.run(x, weight, styles, {}, bias, options);
  weight.mul_(2);
  EXPECT_TRUE(layer.run(x, weight, styles, {}, bias, options).equal(before * 2));
  weight = weight * 0.5;
  EXPECT_TRUE(layer.run(x, weight, styles, {}, bias, options).equal(before));
}

TEST(StyledConv, IsTheSameWhereItLearns) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(3);
  const at::Tensor x = at::randn({2, 16, 8, 8}), styles = at::randn({2, 16}), bias = at::randn({24});
  const at::Tensor weight = at::randn({24, 16, 3, 3}), learning = weight.clone().requires_grad_();
  for (const int up : {1, 2}) {
    const StyledConvOptions options{
        .up = up, .act = {.activation = Activation::lrelu}, .filter = make_filter(at::tensor({1.0, 3.0, 3.0, 1.0}))};
    StyledConv layer;
    const at::Tensor learnt = layer.run(x, learning, styles, {}, bias, options);
    EXPECT_TRUE(learnt.requires_grad());
    EXPECT_TRUE(learnt.detach().equal(layer.run(x, weight, styles, {}, bias, options))) << up;
  }
}

TEST(StyledConv, LearnsAsTheOperatorsDoTwice) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(4);
  const at::Tensor x = at::randn({2, 16, 6, 6}), weight = at::randn({8, 16, 3, 3}), styles = at::randn({2, 16}) + 1;
  const at::Tensor bias = at::randn({8});
  for (const int up : {1, 2}) {
    const StyledConvOptions options{
        .up = up, .act = {.activation = Activation::lrelu}, .filter = make_filter(at::tensor({1.0, 3.0, 3.0, 1.0}))};
    // The norm depends on styles and weight, which reach the result by two ways.
    const auto derivatives = [&](bool own, at::ScalarType type) {
      const auto leaf = [&](const at::Tensor& t) { return t.to(type, false, true).requires_grad_(); };
      const at::Tensor a = leaf(x), w = leaf(weight), s = leaf(styles);
      StyledConv layer;
      const at::Tensor y = own ? layer.run(a, w, s, {}, bias, options) : plain(a, w, s, {}, bias.to(type), options);
      auto all = torch::autograd::grad({y.square().sum()}, {a, w, s}, {}, true, true);
      at::Tensor bent = at::zeros({}, y.options());
      for (const at::Tensor& first : all) bent = bent + first.square().sum();
      for (const at::Tensor& second : torch::autograd::grad({bent}, {a, w, s})) all.push_back(second);
      return all;
    };
    const auto expected = derivatives(false, at::kDouble), actual = derivatives(true, at::kFloat);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double size = expected[i].abs().max().item<double>();
      EXPECT_LT((actual[i] - expected[i]).abs().max().item<double>(), 2e-5 * size) << i << " up " << up;
    }
  }
}

TEST(StyledConv, LeavesOthersAlone) {
  const at::Tensor x = at::randn({1, 16, 8, 8}), weight = at::randn({16, 16, 3, 3});
  EXPECT_FALSE(StyledConv::takes(x.to(at::kDouble), weight.to(at::kDouble), {}));
}

}  // namespace
}  // namespace ganvas::ops
