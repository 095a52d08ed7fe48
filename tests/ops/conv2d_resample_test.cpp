#include "ops/conv2d_resample.h"

#include <gtest/gtest.h>

#include "ops/filtered_lrelu.h"
#include "ops/support.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::ops {
namespace {

/// Upsample, convolve, downsample, one after the other.
at::Tensor plain(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& filter,
                 const ResampleConvOptions& options) {
  const auto [width, height] = filter_size(filter);
  auto padding = options.padding;
  for (const int axis : {0, 1}) {
    const int taps = axis == 0 ? width : height;
    if (options.up > 1) {
      padding[2 * axis] += floor_half(taps + options.up - 1);
      padding[2 * axis + 1] += floor_half(taps - options.up);
    }
    if (options.down > 1) {
      padding[2 * axis] += floor_half(taps - options.down + 1);
      padding[2 * axis + 1] += floor_half(taps - options.down);
    }
  }
  at::Tensor y = upfirdn2d(x, options.up > 1 ? filter : at::Tensor(),
                           {.up = {options.up, options.up},
                            .padding = padding,
                            .flip_filter = options.flip_filter,
                            .gain = static_cast<double>(options.up) * options.up});
  y = at::conv2d(y, options.flip_weight ? weight : weight.flip({2, 3}), {}, at::IntArrayRef{1}, at::IntArrayRef{0},
                 at::IntArrayRef{1}, options.groups);
  if (options.down == 1) return y;
  return upfirdn2d(y, filter, {.down = {options.down, options.down}, .flip_filter = options.flip_filter});
}

TEST(Conv2dResample, ShortcutsEqualTheDefinition) {
  at::manual_seed(1);
  const at::Tensor x = at::randn({2, 4, 9, 8}, at::kDouble);
  for (const int size : {1, 2, 3}) {
    for (const int groups : {1, 2}) {
      const at::Tensor weight = at::randn({6, 4 / groups, size, size}, at::kDouble);
      for (const auto& filter : {make_filter(at::tensor({1.0, 3.0, 3.0, 1.0})), at::randn({3, 5}), at::Tensor()}) {
        for (const auto& [up, down] : {std::pair{1, 1}, {2, 1}, {1, 2}, {3, 1}, {2, 2}}) {
          for (const bool flip : {true, false}) {
            const ResampleConvOptions options{.up = up,
                                              .down = down,
                                              .padding = {size / 2, 1, 0, size / 2},
                                              .groups = groups,
                                              .flip_weight = flip,
                                              .flip_filter = !flip};
            const at::Tensor expected = plain(x, weight, filter, options);
            const at::Tensor actual = conv2d_resample(x, weight, filter, options);
            ASSERT_EQ(actual.sizes(), expected.sizes()) << size << " " << up << " " << down;
            EXPECT_LT((actual - expected).abs().max().item<double>(), 1e-6) << size << " " << up << " " << down;
          }
        }
      }
    }
  }
}

/// A kernel of its own for each picture.
at::Tensor plain_modulated(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles,
                           const ModulatedConvOptions& options) {
  std::vector<at::Tensor> rows;
  for (std::int64_t i = 0; i < x.size(0); ++i) {
    at::Tensor w = weight * styles[i].view({1, -1, 1, 1});
    if (options.demodulate) w = w / (w.square().sum({1, 2, 3}, true) + 1e-8).sqrt();
    rows.push_back(plain(x.narrow(0, i, 1), w, make_filter(at::tensor({1.0, 3.0, 3.0, 1.0})),
                         {.up = options.up,
                          .padding = {options.padding, options.padding, options.padding, options.padding},
                          .flip_weight = options.flip_weight}));
  }
  return at::cat(rows);
}

TEST(ModulatedConv2d, EqualsAKernelForEachPicture) {
  at::manual_seed(2);
  const at::Tensor filter = make_filter(at::tensor({1.0, 3.0, 3.0, 1.0}));
  for (const std::int64_t count : {1, 3}) {
    for (const int side : {2, 12}) {  // few pixels and many: one picture takes two paths
      const at::Tensor x = at::randn({count, 3, side, side}, at::kDouble);
      const at::Tensor weight = at::randn({5, 3, 3, 3}, at::kDouble), styles = at::randn({count, 3}, at::kDouble);
      for (const int up : {1, 2}) {
        for (const bool demodulate : {true, false}) {
          const ModulatedConvOptions options{.up = up, .padding = 1, .demodulate = demodulate, .flip_weight = up == 1};
          const at::Tensor actual = modulated_conv2d(x, weight, styles, filter, options);
          EXPECT_LT((actual - plain_modulated(x, weight, styles, options)).abs().max().item<double>(), 1e-6);
        }
      }
    }
  }
}

TEST(ModulatedConv2d, DerivativesAreNumericOnes) {
  at::manual_seed(3);
  const at::Tensor filter = make_filter(at::tensor({1.0, 3.0, 3.0, 1.0})).to(at::kDouble);
  for (const std::int64_t count : {1, 2}) {
    const at::Tensor x = at::randn({count, 2, 5, 5}, at::kDouble);
    const at::Tensor weight = at::randn({2, 2, 3, 3}, at::kDouble), styles = at::randn({count, 2}, at::kDouble) + 2;
    for (const int up : {1, 2}) {
      const Operator op = [&](const auto& in) {
        return modulated_conv2d(in[0], in[1], in[2], filter, {.up = up, .padding = 1, .flip_weight = up == 1});
      };
      EXPECT_LT(gradient_error(op, {x, weight, styles}), 1e-6);
      EXPECT_LT(second_gradient_error(op, {x, weight, styles}), 1e-5);
    }
  }
}

TEST(FilteredLrelu, IsALeakyReluWhereNothingIsResampled) {
  const at::Tensor x = at::randn({2, 3, 4, 4}), bias = at::randn({3});
  const at::Tensor expected = at::leaky_relu(x + bias.view({1, 3, 1, 1}), 0.2) * std::sqrt(2.0);
  EXPECT_TRUE(at::allclose(filtered_lrelu(x, {}, {}, bias), expected, 1e-5, 1e-6));
}

TEST(FilteredLrelu, DerivativesAreNumericOnes) {
  at::manual_seed(4);
  const at::Tensor x = at::randn({1, 2, 4, 4}, at::kDouble), bias = at::randn({2}, at::kDouble);
  const at::Tensor up = at::rand({4}, at::kDouble), down = at::rand({3, 3}, at::kDouble);
  const Operator op = [&](const auto& in) {
    return filtered_lrelu(in[0], up, down, in[1], {.up = 2, .down = 2, .padding = {3, 2, 3, 2}, .clamp = 4.0});
  };
  EXPECT_LT(gradient_error(op, {x, bias}), 1e-6);
  EXPECT_LT(second_gradient_error(op, {x, bias}), 1e-5);
}

}  // namespace
}  // namespace ganvas::ops
