#include "ops/transposed_conv.h"

#include <gtest/gtest.h>

#include "ops/vector/vectors.h"

namespace ganvas::ops {
namespace {

TEST(TransposedConv, EqualsTheLayersOneAfterTheOther) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(1);
  struct Case {
    std::int64_t n, from, to, side;
    int kernel, stride, padding;
  };
  for (const Case& c :
       {Case{1, 20, 32, 1, 4, 1, 0}, {3, 16, 24, 4, 4, 2, 1}, {2, 16, 3, 8, 4, 2, 1}, {1, 5, 9, 3, 3, 3, 1}}) {
    const at::Tensor x = at::randn({c.n, c.from, c.side, c.side}),
                     weight = at::randn({c.from, c.to, c.kernel, c.kernel});
    const at::Tensor scale = at::randn({c.to}), shift = at::randn({c.to});
    ASSERT_TRUE(TransposedConv::takes(x, weight));
    TransposedConv layer;
    for (const double slope : {1.0, 0.2, 0.0}) {
      for (const bool norm : {true, false}) {
        at::Tensor expected = at::conv_transpose2d(x.to(at::kDouble), weight.to(at::kDouble), {}, c.stride, c.padding);
        if (norm) expected = expected * scale.view({-1, 1, 1}) + shift.view({-1, 1, 1});
        expected = at::leaky_relu(expected, slope);
        const at::Tensor actual = layer.run(x, weight, norm ? scale : at::Tensor(), norm ? shift : at::Tensor(),
                                            {.stride = c.stride, .padding = c.padding, .slope = slope});
        ASSERT_EQ(actual.sizes(), expected.sizes());
        EXPECT_LT((actual - expected).abs().max().item<double>(), 1e-4) << c.from << " slope " << slope;
      }
    }
  }
}

}  // namespace
}  // namespace ganvas::ops
