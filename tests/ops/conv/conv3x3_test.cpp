#include "ops/conv/conv3x3.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "ops/vector/vector8.h"

namespace ganvas::ops {
namespace {

/// A function's value, its gradients in x and the weight, and the gradients of a sum over those.
std::vector<at::Tensor> twice_differentiated(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& cotangent,
                                             bool own) {
  const at::Tensor a = x.detach().requires_grad_(), w = weight.detach().requires_grad_();
  const at::Tensor y = own ? conv3x3(a, w) : at::conv2d(a, w, {}, 1, 1);
  const at::Tensor dy = (cotangent * y.square()).sum();  // curved, so that second derivatives reach every branch
  const auto first = torch::autograd::grad({dy}, {a, w}, {}, true, true);
  const at::Tensor bent = first[0].square().sum() + first[1].square().sum();
  const auto second = torch::autograd::grad({bent}, {a, w});
  return {y.detach(), first[0].detach(), first[1].detach(), second[0], second[1]};
}

TEST(Conv3x3, EqualsThePlainConvolutionAndItsDerivativesTwice) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(1);
  struct Case {
    std::int64_t n, from, to, height, width;
  };
  for (const Case& c : {Case{1, 32, 32, 4, 4}, {2, 40, 56, 5, 7}, {3, 32, 48, 1, 9}, {1, 160, 128, 6, 6}}) {
    const at::Tensor x = at::randn({c.n, c.from, c.height, c.width}).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor weight = at::randn({c.to, c.from, 3, 3}) / 30,
                     cotangent = at::randn({c.n, c.to, c.height, c.width});
    ASSERT_TRUE(conv3x3_takes(x, weight));
    const auto doubles = [](const at::Tensor& t) { return t.to(at::kDouble); };
    const auto expected = twice_differentiated(doubles(x), doubles(weight), doubles(cotangent), false);
    for (const at::Tensor& kernel : {weight, weight.contiguous(at::MemoryFormat::ChannelsLast)}) {
      const auto actual = twice_differentiated(x, kernel, cotangent, true);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const double size = expected[i].abs().max().item<double>();
        EXPECT_LT((actual[i] - expected[i]).abs().max().item<double>(), 1e-5 * size) << i << " of " << c.from;
      }
    }
  }
}

TEST(Conv3x3, APictureIsTheSameAloneAndInABatch) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(2);
  const at::Tensor x = at::randn({5, 32, 13, 12}).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor weight = at::randn({64, 32, 3, 3}), together = conv3x3(x, weight);
  for (std::int64_t i = 0; i < x.size(0); ++i)
    EXPECT_TRUE(together.narrow(0, i, 1).equal(conv3x3(x.narrow(0, i, 1), weight))) << i;
}

TEST(Conv3x3, LeavesOthersToLibTorch) {
  const at::Tensor weight = at::randn({32, 32, 3, 3}), x = at::randn({1, 32, 8, 8});
  const at::Tensor last = x.contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_FALSE(conv3x3_takes(x, weight));
  EXPECT_FALSE(conv3x3_takes(last.to(at::kDouble), weight.to(at::kDouble)));
  EXPECT_FALSE(conv3x3_takes(last, at::randn({33, 32, 3, 3})));
  EXPECT_FALSE(conv3x3_takes(last, at::randn({32, 32, 1, 1})));
}

}  // namespace
}  // namespace ganvas::ops
