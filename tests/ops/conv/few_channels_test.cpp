#include "ops/conv/few_channels.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "ops/vector/vectors.h"

namespace ganvas::ops {
namespace {

/// The value, its gradients, and the gradients of a curved sum over those.
template <typename Map>
std::vector<at::Tensor> twice_differentiated(const Map& map, const at::Tensor& x, const at::Tensor& weight,
                                             const at::Tensor& cotangent) {
  const at::Tensor a = x.detach().requires_grad_(), w = weight.detach().requires_grad_();
  const at::Tensor y = map(a, w);
  const auto first = torch::autograd::grad({(cotangent * y.square()).sum()}, {a, w}, {}, true, true);
  const auto second = torch::autograd::grad({first[0].square().sum() + first[1].square().sum()}, {a, w});
  return {y.detach(), first[0].detach(), first[1].detach(), second[0], second[1]};
}

TEST(FewChannels, EqualAnEinsumAndItsDerivativesTwice) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(1);
  const auto plain = [](const at::Tensor& x, const at::Tensor& w) { return at::einsum("nchw,noc->nohw", {x, w}); };
  for (const auto& [channels, planes, height, width] : {std::tuple{16, 3, 9, 11}, {8, 1, 4, 4}, {40, 4, 1, 7}}) {
    const at::Tensor x = at::randn({2, channels, height, width}).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor weight = at::randn({2, planes, channels}), cotangent = at::randn({2, planes, height, width});
    ASSERT_TRUE(to_planes_takes(x, planes));
    const auto doubles = [](const at::Tensor& t) { return t.to(at::kDouble); };
    const auto expected = twice_differentiated(plain, doubles(x), doubles(weight), doubles(cotangent));
    const auto actual = twice_differentiated(to_planes, x, weight, cotangent);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double size = expected[i].abs().max().item<double>();
      EXPECT_LT((actual[i] - expected[i]).abs().max().item<double>(), 1e-5 * size) << i << " of " << channels;
    }
  }
}

TEST(FewChannels, LeaveOthersToLibTorch) {
  const at::Tensor x = at::randn({1, 16, 8, 8}).contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_FALSE(to_planes_takes(x, 5));
  EXPECT_FALSE(to_planes_takes(x.contiguous(), 3));
  EXPECT_FALSE(to_planes_takes(x.narrow(1, 0, 12).contiguous(at::MemoryFormat::ChannelsLast), 3));
  EXPECT_FALSE(to_planes_takes(x.to(at::kDouble), 3));
}

}  // namespace
}  // namespace ganvas::ops
