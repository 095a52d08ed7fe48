#include "ops/upfirdn2d/upfirdn2d.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "ops/support.h"
#include "ops/upfirdn2d/upfirdn2d_element.h"

namespace ganvas::ops {
namespace {

/// Zero insertion, padding or cropping, one dense convolution, slicing: the definition in plain LibTorch.
at::Tensor plain(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options) {
  const auto n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  at::Tensor y = at::zeros({n, c, h, options.up[1], w, options.up[0]}, x.options());
  y.select(5, 0).select(3, 0).copy_(x);
  y = y.reshape({n, c, h * options.up[1], w * options.up[0]});
  y = at::constant_pad_nd(y, {options.padding[0], options.padding[1], options.padding[2], options.padding[3]});
  const at::Tensor kernel = (options.flip_filter ? filter : filter.flip({0, 1})).to(x.scalar_type()) * options.gain;
  y = at::conv2d(y, kernel.expand({c, 1, -1, -1}).contiguous(), {}, at::IntArrayRef{1}, at::IntArrayRef{0},
                 at::IntArrayRef{1}, c);
  using at::indexing::Slice;
  return y.index(
      {Slice(), Slice(), Slice(0, at::indexing::None, options.down[1]), Slice(0, at::indexing::None, options.down[0])});
}

std::vector<UpfirdnOptions> variants() {
  std::vector<UpfirdnOptions> list;
  for (const auto& up : {std::array{1, 1}, std::array{2, 2}, std::array{3, 1}}) {
    for (const auto& down : {std::array{1, 1}, std::array{2, 2}, std::array{1, 3}}) {
      for (const auto& padding : {std::array{2, 1, 2, 1}, std::array{5, -1, 0, 3}, std::array{-1, 4, 3, -2}})
        list.push_back({up, down, padding, list.size() % 2 == 0, 1.0 + static_cast<double>(list.size())});
    }
  }
  return list;
}

TEST(Upfirdn2d, EqualsThePlainFormulation) {
  at::manual_seed(1);
  const at::Tensor x = at::randn({2, 3, 7, 9}, at::kDouble);
  for (const UpfirdnOptions& options : variants()) {
    for (const at::Tensor& filter : {at::randn({3, 5}, at::kDouble), at::outer(at::randn({4}), at::randn({2})),
                                     at::randn({1, 4}), at::randn({4, 1})}) {
      const at::Tensor expected = plain(x, filter, options), actual = upfirdn2d(x, filter, options);
      ASSERT_EQ(actual.sizes(), expected.sizes());
      EXPECT_LT((actual - expected).abs().max().item<double>(), 1e-5 * options.gain);
    }
  }
}

TEST(Upfirdn2d, ChannelsLastStaysAndGivesTheSame) {
  at::manual_seed(7);
  const at::Tensor x = at::randn({2, 16, 7, 9}), last = x.contiguous(at::MemoryFormat::ChannelsLast);
  for (const UpfirdnOptions& options : variants()) {
    for (const at::Tensor& filter :
         {at::outer(at::randn({4}), at::randn({2})), at::randn({3, 5}), at::randn({1, 4}), at::randn({4, 1})}) {
      const at::Tensor expected = plain(x.to(at::kDouble), filter, options), actual = upfirdn2d(last, filter, options);
      ASSERT_EQ(actual.sizes(), expected.sizes());
      EXPECT_LT((actual - expected).abs().max().item<double>(), 2e-5 * options.gain);
    }
  }
  if (has_vector_unit())
    EXPECT_TRUE(
        upfirdn2d(last, make_filter(at::tensor({1.0, 3.0, 3.0, 1.0}))).is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(Upfirdn2d, ElementArithmeticEqualsTheRows) {
  at::manual_seed(2);
  const at::Tensor x = at::randn({1, 1, 7, 9}), filter = at::randn({3, 5});
  for (const UpfirdnOptions& options : variants()) {
    const at::Tensor y = upfirdn2d(x, filter, options);
    UpfirdnShape shape;
    shape.x = {9, static_cast<int>(y.size(3)), 5, options.up[0], options.down[0], options.padding[0]};
    shape.y = {7, static_cast<int>(y.size(2)), 3, options.up[1], options.down[1], options.padding[2]};
    shape.flip = options.flip_filter;
    shape.gain = options.gain;
    for (int oy = 0; oy < shape.y.out; ++oy) {
      for (int ox = 0; ox < shape.x.out; ++ox) {
        const float one =
            upfirdn_element<float>(shape, x.const_data_ptr<float>(), filter.const_data_ptr<float>(), oy, ox);
        EXPECT_NEAR(one, y[0][0][oy][ox].item<float>(), 1e-4 * options.gain);
      }
    }
  }
}

TEST(Upfirdn2d, OneDimensionalFiltersActAlongBothAxes) {
  const at::Tensor x = at::randn({2, 3, 8, 8}), taps = at::rand({5});
  const UpfirdnOptions options{.up = {2, 2}, .padding = {3, 2, 3, 2}, .gain = 4};
  EXPECT_TRUE(at::allclose(upfirdn2d(x, taps, options), upfirdn2d(x, at::outer(taps, taps), options), 1e-4, 1e-5));
}

TEST(Upfirdn2d, DerivativesAreNumericOnes) {
  at::manual_seed(3);
  const at::Tensor x = at::randn({1, 2, 4, 5}, at::kDouble);
  const at::Tensor filter = at::randn({3, 4}, at::kDouble);
  for (const UpfirdnOptions& options : variants()) {
    if (options.padding[0] != 2) continue;
    const Operator op = [&](const auto& in) { return upfirdn2d(in[0], filter, options); };
    EXPECT_LT(gradient_error(op, {x}), 1e-6 * options.gain);
    EXPECT_LT(second_gradient_error(op, {x}), 1e-6 * options.gain);
  }
}

TEST(Upfirdn2d, ResamplingKeepsConstantPicturesInTheMiddle) {
  const at::Tensor filter = make_filter(at::tensor({1.0, 3.0, 3.0, 1.0}));
  const at::Tensor x = at::full({1, 1, 8, 8}, 3.0);
  const at::Tensor up = upsample2d(x, filter), down = downsample2d(x, filter), same = filter2d(x, filter);
  EXPECT_EQ(up.size(2), 16);
  EXPECT_EQ(down.size(3), 4);
  EXPECT_EQ(same.size(2), 8);
  EXPECT_NEAR(up[0][0][8][7].item<double>(), 3, 1e-6);
  EXPECT_NEAR(down[0][0][2][1].item<double>(), 3, 1e-6);
  EXPECT_NEAR(same[0][0][4][4].item<double>(), 3, 1e-6);
}

TEST(Upfirdn2d, HalfPrecisionSumsInSingle) {
  const at::Tensor x = at::randn({1, 2, 6, 6}).to(at::kHalf), filter = make_filter(at::tensor({1.0, 2.0, 1.0}));
  const at::Tensor y = filter2d(x, filter);
  EXPECT_EQ(y.scalar_type(), at::kHalf);
  EXPECT_TRUE(at::equal(y, filter2d(x.to(at::kFloat), filter).to(at::kHalf)));
}

TEST(Upfirdn2d, RefusesPicturesThatTheFilterSwallows) {
  EXPECT_THROW(upfirdn2d(at::zeros({1, 1, 2, 2}), at::ones({4, 4})), Error);
  EXPECT_THROW(upfirdn2d(at::zeros({1, 2, 2}), at::ones({1, 1})), Error);
}

}  // namespace
}  // namespace ganvas::ops
