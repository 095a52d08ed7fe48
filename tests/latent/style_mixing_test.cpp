#include "latent/style_mixing.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

namespace ganvas::latent {
namespace {

at::Tensor styles(std::uint64_t seed, std::int64_t count) {
  return at::randn({count, 4, 6}, at::make_generator<at::CPUGeneratorImpl>(seed));
}

TEST(StyleMixing, TakesExactlyTheRowsOfWeightOne) {
  const at::Tensor w = styles(1, 3), source = styles(2, 1);
  const at::Tensor result = mixed(w, source, {0, 1, 0.25});
  EXPECT_TRUE(at::equal(result.select(1, 0), w.select(1, 0)));
  EXPECT_TRUE(at::equal(result.select(1, 1), source.select(1, 0 + 1).expand({3, 6})));
  EXPECT_TRUE(at::allclose(result.select(1, 2), 0.75 * w.select(1, 2) + 0.25 * source.select(1, 2)));
  EXPECT_TRUE(at::equal(result.select(1, 3), w.select(1, 3)));  // no weight: none
  EXPECT_TRUE(at::equal(mixed(w, w, {0.3, 0.3, 0.3, 0.3}), w));
}

TEST(StyleMixing, MovesRowsAlongDirections) {
  const at::Tensor w = styles(3, 2), before = w.clone();
  StyleControls style;
  style.moves = {{.direction = {0, 1, 0, 0, 0, 0}, .unit = 0.5, .strength = 3, .first = 1, .last = 2},
                 {.direction = {1, 0}, .strength = 9},                             // of another model
                 {.direction = {1, 0, 0, 0, 0, 0}, .strength = 0.5, .first = 3}};  // to the end
  at::Tensor change = moved(w, style) - w;
  EXPECT_TRUE(at::allclose(change.select(2, 1), at::tensor({0.0F, 1.5F, 1.5F, 0.0F}).expand({2, 4}), 0, 1e-6));
  EXPECT_TRUE(at::allclose(change.select(2, 0), at::tensor({0.0F, 0.0F, 0.0F, 0.5F}).expand({2, 4}), 0, 1e-6));
  EXPECT_TRUE(at::equal(w, before)) << "the caller's styles stay";
  std::vector<float> parts(24, 0.0F);  // a part for each row: row i moves dimension i
  for (std::size_t i = 0; i < 4; ++i) parts[i * 6 + i] = 0.5F;
  style.moves = {{.direction = parts, .unit = 2, .strength = 3, .first = 1}};
  change = moved(w, style) - w;
  EXPECT_NEAR(change.abs().sum().item<double>(), 2 * 9, 1e-4);
  for (std::int64_t i = 0; i < 4; ++i)
    EXPECT_NEAR(change.select(1, i).select(1, i).mean().item<double>(), i == 0 ? 0 : 3, 1e-5);
  style = {};
  style.offsets = {{-1, 2, 1.0}, {1, 2, 2.0}, {9, 0, 5.0}, {0, 99, 5.0}};
  change = moved(w, style) - w;
  EXPECT_TRUE(at::allclose(change.select(2, 2), at::tensor({1.0F, 3.0F, 1.0F, 1.0F}).expand({2, 4}), 0, 1e-6));
  EXPECT_NEAR(change.abs().sum().item<double>(), 12, 1e-4);
  EXPECT_TRUE(moved(w, {}).is_same(w));
}

TEST(StyleMixing, PlacesByAMatrix) {
  EXPECT_FALSE(placement_matrix({}).defined());
  const at::Tensor quarter = placement_matrix({.x = 0.25, .y = -0.5, .angle = 90});
  const at::Tensor expected = at::tensor({0.0F, 1.0F, 0.25F, -1.0F, 0.0F, -0.5F, 0.0F, 0.0F, 1.0F}).view({3, 3});
  EXPECT_TRUE(at::allclose(quarter, expected, 0, 1e-6));
}

}  // namespace
}  // namespace ganvas::latent
