#include "ops/to_rgba8/to_rgba8.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/error.h"

namespace ganvas::ops {
namespace {

/// The same result in plain LibTorch: scale, clamp, floor, tile.
at::Tensor reference(const at::Tensor& pictures, int columns) {
  const auto n = pictures.size(0), h = pictures.size(2), w = pictures.size(3);
  const auto rows = (n + columns - 1) / columns;
  at::Tensor bytes = (pictures.to(at::kFloat) * 127.5f + 128.0f).clamp(0, 255).to(at::kByte).expand({n, 3, h, w});
  at::Tensor grid = at::zeros({rows * h, columns * w, 4}, at::kByte);
  for (std::int64_t i = 0; i < n; ++i) {
    at::Tensor cell = grid.narrow(0, i / columns * h, h).narrow(1, i % columns * w, w);
    cell.narrow(2, 0, 3).copy_(bytes[i].permute({1, 2, 0}));
    cell.narrow(2, 3, 1).fill_(255);
  }
  return grid;
}

TEST(ToRgba8, KnownValues) {
  at::Tensor out;
  to_rgba8(at::tensor({-1.0f, 0.0f, 1.0f, -2.0f, 2.0f, std::numeric_limits<float>::quiet_NaN()}).view({1, 1, 1, 6}), 1,
           out);
  const std::vector<int> expected{0, 128, 255, 0, 255, 0};
  for (int i = 0; i < 6; ++i) {
    for (int c = 0; c < 3; ++c) EXPECT_EQ(out[0][i][c].item<int>(), expected[static_cast<std::size_t>(i)]);
    EXPECT_EQ(out[0][i][3].item<int>(), 255);
  }
}

TEST(ToRgba8, EqualsThePlainFormulation) {
  at::manual_seed(1);
  for (const int channels : {1, 3}) {
    for (const int count : {1, 3, 4, 7}) {
      for (const int columns : {1, 2, 3, 8}) {
        const at::Tensor pictures = at::randn({count, channels, 5, 6});
        at::Tensor out;
        to_rgba8(pictures, columns, out);
        EXPECT_TRUE(at::equal(out, reference(pictures, columns))) << channels << " " << count << " " << columns;
        at::Tensor strided;
        to_rgba8(pictures.contiguous(at::MemoryFormat::ChannelsLast), columns, strided);
        EXPECT_TRUE(at::equal(out, strided));
      }
    }
  }
}

TEST(ToRgba8, WhatIsNotOpaqueLiesOverWhite) {
  // A picture a row: grey or red at its darkest, opaque, half so, and not at all; then a light one, half opaque.
  const at::Tensor colour = at::tensor({-1.0f, -1.0f, -1.0f, 0.5f}).view({1, 1, 1, 4}),
                   opacity = at::tensor({1.5f, 0.0f, -1.0f, 0.0f}).view({1, 1, 1, 4}), light = at::ones({1, 2, 1, 4});
  at::Tensor grey, rgb;
  to_rgba8(at::cat({colour, opacity}, 1), 1, grey);
  to_rgba8(at::cat({colour, light, opacity}, 1), 1, rgb);
  const std::vector<int> expected{0, 128, 255, 223};
  for (int i = 0; i < 4; ++i) {
    for (int c = 0; c < 3; ++c) EXPECT_EQ(grey[0][i][c].item<int>(), expected[static_cast<std::size_t>(i)]);
    EXPECT_EQ(rgb[0][i][0].item<int>(), expected[static_cast<std::size_t>(i)]);
    EXPECT_EQ(rgb[0][i][1].item<int>(), 255);
    EXPECT_EQ(rgb[0][i][3].item<int>(), 255);
  }
}

TEST(ToRgba8, AcceptsHalfPrecisionAndReusesItsOutput) {
  const at::Tensor pictures = at::rand({2, 3, 4, 4}) * 2 - 1;
  at::Tensor out;
  to_rgba8(pictures, 2, out);
  const void* memory = out.data_ptr();
  to_rgba8(pictures.to(at::kHalf), 2, out);
  EXPECT_EQ(out.data_ptr(), memory);
  EXPECT_TRUE(at::equal(out, reference(pictures.to(at::kHalf), 2)));
}

TEST(ToRgba8, RefusesOtherShapes) {
  at::Tensor out;
  EXPECT_THROW(to_rgba8(at::zeros({1, 5, 4, 4}), 1, out), Error);
  EXPECT_THROW(to_rgba8(at::zeros({3, 4, 4}), 1, out), Error);
  EXPECT_THROW(to_rgba8(at::zeros({1, 3, 4, 4}), 0, out), Error);
}

}  // namespace
}  // namespace ganvas::ops
