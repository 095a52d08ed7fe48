// The warp against the four operators that it stands for.
#include "ops/warp2d/warp2d.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <gtest/gtest.h>

#include "core/error.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::ops {
namespace {

/// A low-pass filter of no symmetry, as that of the augmentation.
at::Tensor lopsided_filter() {
  const at::Tensor taps = at::tensor({0.02, 0.0, -0.1, -0.05, 0.5, 0.8, 0.3, -0.07, -0.02, 0.04, 0.001, -0.008});
  return (taps / taps.sum()).to(at::kDouble);
}

at::Tensor noise(at::IntArrayRef sizes, at::ScalarType type = at::kDouble, std::uint64_t seed = 1) {
  return at::randn(sizes, at::detail::createCPUGenerator(seed), at::TensorOptions(type));
}

/// Turns, stretches, shifts, mirrors; one that hardly moves, one that leaves the picture far behind, and none.
at::Tensor some_maps() {
  return at::tensor({0.8,  -0.6, 1.5, 0.6,  0.8, -2.0, -1.0, 0.0, 0.0, 0.0,  1.0, 0.25, 1.3, 0.2, 40.0, -0.1, 0.7, 3.0,
                     1.01, 0.0,  0.1, 0.02, 1.0, 0.0,  3.0,  0.0, 0.0, -0.5, 2.5, 0.0,  1.0, 0.0, 0.0,  0.0,  1.0, 0.0},
                    at::kDouble)
      .view({6, 2, 3});
}

/// The same by reflection as far as it goes, upsampling, the grid sampler, and downsampling.
at::Tensor by_operators(const at::Tensor& x, const at::Tensor& maps, const at::Tensor& filter) {
  const std::int64_t height = x.size(2), width = x.size(3), reach = filter.numel() / 4;
  const at::Tensor padded = at::reflection_pad2d(x, {width - 1, width - 1, height - 1, height - 1});
  const at::Tensor plane = upsample2d(padded, filter);
  const auto scaled = [](double across, double down) { return at::diag(at::tensor({across, down, 1.0}, at::kDouble)); };
  const at::Tensor last_row = at::tensor({0.0, 0.0, 1.0}, at::kDouble).view({1, 1, 3}).expand({x.size(0), 1, 3});
  const double in_width = static_cast<double>(padded.size(3)), in_height = static_cast<double>(padded.size(2));
  const double out_width = static_cast<double>(width + 2 * reach), out_height = static_cast<double>(height + 2 * reach);
  const at::Tensor theta = scaled(2 / in_width, 2 / in_height)
                               .matmul(at::cat({maps, last_row}, 1))
                               .matmul(scaled(out_width / 2, out_height / 2));
  const at::Tensor grid = at::affine_grid_generator(theta.narrow(1, 0, 2).to(x.scalar_type()),
                                                    {x.size(0), 1, 2 * (height + 2 * reach), 2 * (width + 2 * reach)},
                                                    /*align_corners=*/false);
  const int crop = static_cast<int>(-2 * reach);
  return downsample2d(at::grid_sampler_2d(plane, grid, 0, 0, /*align_corners=*/false), filter,
                      {.padding = {crop, crop, crop, crop}, .flip_filter = true});
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

/// Of the pictures that move: through the operators, whose filter here is not its own inverse, the last one does, too.
double distance_of_moved(const at::Tensor& a, const at::Tensor& b) {
  return distance(a.narrow(0, 0, 5), b.narrow(0, 0, 5));
}

TEST(Warp2d, IsTheFourOperatorsInOne) {
  const at::Tensor filter = lopsided_filter(), maps = some_maps();
  for (const std::int64_t channels : {1, 3, 6}) {
    const at::Tensor x = noise({6, channels, 12, 17});
    const at::Tensor expected = by_operators(x, maps, filter);
    EXPECT_GT(expected.abs().max().item<double>(), 1);
    EXPECT_LT(distance_of_moved(warp2d(x, maps, filter), expected), 1e-12) << channels;
    EXPECT_LT(distance_of_moved(warp2d(x.to(at::kFloat), maps, filter), expected), 1e-4) << channels;
  }
  const at::Tensor smallest = noise({6, 3, 2, 2});
  EXPECT_LT(distance_of_moved(warp2d(smallest, maps, filter), by_operators(smallest, maps, filter)), 1e-12);
}

TEST(Warp2d, KeepsTheLayoutAndWhatDoesNotMove) {
  const at::Tensor filter = lopsided_filter(), maps = some_maps();
  const at::Tensor x = noise({6, 3, 8, 8}, at::kFloat);
  const at::Tensor last = warp2d(x.contiguous(at::MemoryFormat::ChannelsLast), maps, filter);
  EXPECT_TRUE(last.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(at::equal(last, warp2d(x, maps, filter)));
  EXPECT_TRUE(at::equal(last[5], x[5]));
}

TEST(Warp2d, ItsGradientIsTheTransposeAndItsSecondTheWarp) {
  const at::Tensor filter = lopsided_filter(), maps = some_maps();
  const at::Tensor x = noise({6, 3, 9, 12}).requires_grad_();
  const at::Tensor y = noise(x.sizes(), at::kDouble, 2).requires_grad_();
  const at::Tensor moved = warp2d(x, maps, filter);
  const at::Tensor gradient = torch::autograd::grad({(moved * y).sum()}, {x}, {}, true, true)[0];
  // <W x, y> = <x, W' y>
  EXPECT_NEAR((gradient * x).sum().item<double>(), (moved * y).sum().item<double>(), 1e-9);
  const at::Tensor expected =
      torch::autograd::grad({(by_operators(x, maps, filter) * y).sum()}, {x}, {}, true, false)[0];
  EXPECT_LT(distance_of_moved(gradient, expected), 1e-12);
  const at::Tensor z = noise(x.sizes(), at::kDouble, 3);
  EXPECT_LT(distance(torch::autograd::grad({(gradient * z).sum()}, {y})[0], warp2d(z, maps, filter)), 1e-12);
}

TEST(Warp2d, RefusesWhatItCannotDo) {
  const at::Tensor filter = lopsided_filter(), maps = some_maps();
  EXPECT_THROW(warp2d(noise({5, 3, 8, 8}), maps, filter), Error);
  EXPECT_THROW(warp2d(noise({6, 3, 1, 8}), maps, filter), Error);
  EXPECT_THROW(warp2d(noise({6, 3, 8, 8}), maps.to(at::kFloat), filter), Error);
  EXPECT_THROW(warp2d(noise({6, 3, 8, 8}), maps, filter.narrow(0, 0, 10)), Error);
}

}  // namespace
}  // namespace ganvas::ops
