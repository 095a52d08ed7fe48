#include "ops/conv/conv2d.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "ops/vector/vectors.h"

namespace ganvas::ops {
namespace {

struct Case {
  std::int64_t n, from, to, height, width;
  int kernel = 3;
  ConvSteps steps{1, 1};
  bool transposed = false;
};

at::Tensor own(const Case& c, const at::Tensor& x, const at::Tensor& weight) {
  if (!c.transposed) return conv2d(x, weight, c.steps);
  const auto grown = [&](std::int64_t side) { return (side - 1) * c.steps.stride + c.kernel - 2 * c.steps.padding; };
  return conv_transpose2d(x, weight, c.steps, grown(c.height), grown(c.width));
}

at::Tensor plain(const Case& c, const at::Tensor& x, const at::Tensor& weight) {
  const auto stride = c.steps.stride, padding = c.steps.padding;
  return c.transposed ? at::conv_transpose2d(x, weight, {}, stride, padding)
                      : at::conv2d(x, weight, {}, stride, padding);
}

/// A function's value, its gradients in x and the weight, and the gradients of a sum over those.
template <typename Convolution>
std::vector<at::Tensor> twice_differentiated(const Convolution& convolution, const Case& c, const at::Tensor& x,
                                             const at::Tensor& weight, const at::Tensor& cotangent) {
  const at::Tensor a = x.detach().requires_grad_(), w = weight.detach().requires_grad_();
  const at::Tensor y = convolution(c, a, w);
  const at::Tensor dy = (cotangent * y.square()).sum();  // curved, so that second derivatives reach every branch
  const auto first = torch::autograd::grad({dy}, {a, w}, {}, true, true);
  const at::Tensor bent = first[0].square().sum() + first[1].square().sum();
  const auto second = torch::autograd::grad({bent}, {a, w});
  return {y.detach(), first[0].detach(), first[1].detach(), second[0], second[1]};
}

TEST(Conv2d, EqualsLibTorchsAndItsDerivativesTwice) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(1);
  for (const Case& c : {Case{1, 32, 32, 4, 4},
                        {2, 40, 56, 5, 7},
                        {3, 32, 48, 1, 9},
                        {1, 160, 128, 6, 6},
                        {2, 16, 16, 9, 9},
                        {2, 3, 16, 8, 8, 1, {1, 0}},
                        {2, 16, 5, 7, 9, 4, {2, 1}},
                        {2, 8, 24, 9, 9, 3, {2, 0}},
                        {1, 7, 6, 5, 6, 3, {1, 1}},
                        {2, 16, 24, 5, 4, 4, {2, 1}, true},
                        {2, 24, 3, 4, 4, 3, {2, 0}, true},
                        {3, 12, 8, 1, 1, 4, {1, 0}, true}}) {
    const at::Tensor x =
        at::randn({c.n, c.transposed ? c.to : c.from, c.height, c.width}).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor weight = at::randn({c.to, c.from, c.kernel, c.kernel}) / 30;
    const auto doubles = [](const at::Tensor& t) { return t.to(at::kDouble); };
    const at::Tensor cotangent = at::randn(plain(c, x, weight).sizes());
    ASSERT_TRUE(conv2d_takes(x, weight));
    const auto expected = twice_differentiated(plain, c, doubles(x), doubles(weight), doubles(cotangent));
    for (const at::Tensor& kernel : {weight, weight.contiguous(at::MemoryFormat::ChannelsLast)}) {
      const auto actual = twice_differentiated(own, c, x, kernel, cotangent);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const double size = expected[i].abs().max().item<double>();
        EXPECT_LT((actual[i] - expected[i]).abs().max().item<double>(), 1e-5 * size) << i << " of " << c.from;
      }
    }
  }
}

TEST(Conv2d, APictureIsTheSameAloneAndInABatch) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(2);
  const at::Tensor x = at::randn({5, 32, 13, 12}).contiguous(at::MemoryFormat::ChannelsLast);
  for (const ConvSteps& steps : {ConvSteps{1, 1}, ConvSteps{2, 0}}) {
    const at::Tensor weight = at::randn({64, 32, 3, 3}), together = conv2d(x, weight, steps);
    for (std::int64_t i = 0; i < x.size(0); ++i)
      EXPECT_TRUE(together.narrow(0, i, 1).equal(conv2d(x.narrow(0, i, 1), weight, steps))) << i;
  }
}

TEST(Conv2d, LeavesOthersToLibTorch) {
  const at::Tensor weight = at::randn({32, 32, 3, 3}), x = at::randn({1, 32, 8, 8});
  const at::Tensor last = x.contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_FALSE(conv2d_takes(x, weight));
  EXPECT_FALSE(conv2d_takes(last.to(at::kDouble), weight.to(at::kDouble)));
  EXPECT_FALSE(conv2d_takes(last, at::randn({32, 32, 3, 1})));
}

}  // namespace
}  // namespace ganvas::ops
