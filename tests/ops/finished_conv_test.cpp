#include "ops/finished_conv.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "ops/conv2d_resample.h"
#include "ops/upfirdn2d/upfirdn2d.h"
#include "ops/vector/vectors.h"

namespace ganvas::ops {
namespace {

struct FinishedCase {
  std::int64_t n, from, to, side;
  int kernel = 3, up = 1;
  ConvSteps steps{1, 1};
  bool style = true, bias = true;
  BiasActOptions act{.activation = Activation::lrelu};
};

std::vector<FinishedCase> finished_cases() {
  const BiasActOptions clamped{.activation = Activation::lrelu, .gain = 1.2, .clamp = 1.5};
  return {{1, 16, 24, 4},
          {2, 16, 16, 9, 3, 1, {1, 1}, true, true, clamped},
          {2, 16, 8, 5, 3, 2},
          {1, 8, 16, 4, 3, 2, {1, 1}, true, true, clamped},
          {2, 16, 24, 9, 3, 1, {2, 0}, false},
          {2, 3, 16, 8, 1, 1, {1, 0}, false, true, {.activation = Activation::relu}},
          {2, 8, 8, 7, 1, 1, {1, 0}, false, false, {.gain = 0.7}},
          {2, 7, 5, 6}};
}

/// Undefined where the case has none.
FinishedConvTensors tensors_of(const FinishedCase& c) {
  FinishedConvTensors t{.x = at::randn({c.n, c.from, c.side, c.side}),
                        .weight = at::randn({c.to, c.from, c.kernel, c.kernel}) / 4};
  if (c.bias) t.bias = at::randn({c.to});
  if (!c.style) return t;
  t.style = at::randn({c.n, c.from}) + 1;
  t.scale = at::rand({c.n, c.to}) + 0.5;
  const std::int64_t side = c.side * c.up;
  t.noise = c.up == 1 ? at::randn({side, side}) : at::randn({c.n, 1, side, side});
  return t;
}

FinishedConvOptions options_of(const FinishedCase& c) {
  return {.steps = c.steps, .up = c.up, .filter = make_filter(at::tensor({1.0, 3.0, 3.0, 1.0})), .act = c.act};
}

/// Out of LibTorch's operators.
at::Tensor composed_plainly(const FinishedConvTensors& t, const FinishedConvOptions& options) {
  const auto rows = [](const at::Tensor& values) { return values.unsqueeze(2).unsqueeze(3); };
  at::Tensor y = t.style.defined() ? t.x * rows(t.style) : t.x;
  y = options.up == 1
          ? at::conv2d(y, t.weight, {}, options.steps.stride, options.steps.padding)
          : conv2d_resample(y, t.weight, options.filter, {.up = 2, .padding = {1, 1, 1, 1}, .flip_weight = false});
  if (t.scale.defined()) y = y * rows(t.scale);
  if (t.noise.defined()) y = y + t.noise;
  return bias_act(y, t.bias, options.act);
}

std::vector<at::Tensor> defined_of(const FinishedConvTensors& t) {
  std::vector<at::Tensor> defined;
  for (const at::Tensor& tensor : {t.x, t.weight, t.style, t.scale, t.noise, t.bias})
    if (tensor.defined()) defined.push_back(tensor);
  return defined;
}

FinishedConvTensors leaves_of(const FinishedConvTensors& t, at::ScalarType type) {
  FinishedConvTensors leaves = t;
  for (at::Tensor* tensor : {&leaves.x, &leaves.weight, &leaves.style, &leaves.scale, &leaves.noise, &leaves.bias})
    if (tensor->defined()) *tensor = tensor->detach().to(type).requires_grad_();
  return leaves;
}

/// The value, the gradients in all tensors, and the gradients of a curved sum over those in x and the weight.
template <typename Convolution>
std::vector<at::Tensor> differentiated(const Convolution& convolution, const FinishedConvTensors& leaves,
                                       const FinishedConvOptions& options, const at::Tensor& cotangent, bool twice) {
  const at::Tensor y = convolution(leaves, options);
  const auto inputs = defined_of(leaves);
  std::vector<at::Tensor> all = torch::autograd::grad({(cotangent * y.square()).sum()}, inputs, {}, twice, twice);
  at::Tensor bent = at::zeros({}, y.options());
  for (const at::Tensor& first : all) bent = bent + first.square().sum();
  if (twice)
    for (const at::Tensor& second : torch::autograd::grad({bent}, {leaves.x, leaves.weight})) all.push_back(second);
  all.push_back(y.detach());
  return all;
}

TEST(FinishedConv, EqualsTheOperatorsAndTheirDerivatives) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(1);
  int number = 0;
  for (const FinishedCase& c : finished_cases()) {
    const FinishedConvTensors t = tensors_of(c);
    const FinishedConvOptions options = options_of(c);
    ASSERT_TRUE(finished_conv_takes(t.x, t.weight, options));
    const at::Tensor cotangent = at::randn(composed_plainly(t, options).sizes());
    for (const bool twice : {false, true}) {
      const auto expected =
          differentiated(composed_plainly, leaves_of(t, at::kDouble), options, cotangent.to(at::kDouble), twice);
      const auto actual = differentiated(finished_conv, leaves_of(t, at::kFloat), options, cotangent, twice);
      ASSERT_EQ(actual.size(), expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ(actual[i].sizes(), expected[i].sizes());
        const double size = expected[i].abs().max().item<double>();
        EXPECT_LT((actual[i] - expected[i]).abs().max().item<double>(), 2e-5 * size)
            << i << " of case " << number << (twice ? ", twice" : "");
      }
    }
    ++number;
  }
}

TEST(FinishedConv, IsTheSameOnAnyNumberOfThreads) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(2);
  const int threads = at::get_num_threads();
  for (const FinishedCase& c :
       {FinishedCase{3, 32, 24, 20}, {3, 16, 24, 21, 3, 2}, {2, 16, 24, 33, 3, 1, {2, 0}, false}}) {
    const FinishedConvTensors t = tensors_of(c);
    const FinishedConvOptions options = options_of(c);
    const at::Tensor cotangent = at::randn(composed_plainly(t, options).sizes());
    at::set_num_threads(1);
    const auto alone = differentiated(finished_conv, leaves_of(t, at::kFloat), options, cotangent, true);
    at::set_num_threads(3);
    const auto together = differentiated(finished_conv, leaves_of(t, at::kFloat), options, cotangent, true);
    at::set_num_threads(threads);
    for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(together[i].equal(alone[i])) << i << " of " << c.from;
  }
}

TEST(FinishedConv, LeavesOthersToTheirOperators) {
  const at::Tensor x = at::randn({1, 8, 4, 4}), weight = at::randn({8, 8, 3, 3});
  EXPECT_FALSE(finished_conv_takes(x.to(at::kDouble), weight.to(at::kDouble), {}));
  EXPECT_FALSE(finished_conv_takes(x, weight, {.act = {.activation = Activation::tanh}}));
  EXPECT_FALSE(finished_conv_takes(x, weight, {.up = 2}));  // without a filter
}

}  // namespace
}  // namespace ganvas::ops
