#include "latent/latent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/random.h"

namespace ganvas::latent {
namespace {

constexpr int z_dim = 32;

double length(const std::vector<float>& v) {
  double sum = 0;
  for (const float x : v) sum += static_cast<double>(x) * x;
  return std::sqrt(sum);
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (static_cast<double>(a[i]) - b[i]) * (static_cast<double>(a[i]) - b[i]);
  return std::sqrt(sum);
}

std::vector<float> seed(std::uint64_t number) {
  return latent_from_seed(number, z_dim);
}

TEST(SeedPlane, HasTheSeedsAtIntegerPoints) {
  EXPECT_EQ(plane_latent(3, 0, z_dim), seed(3));
  EXPECT_EQ(plane_latent(3, 2, z_dim), seed(203));
  EXPECT_EQ(plane_latent(-1, 0, z_dim), seed(0xffffffffu));
}

TEST(MixingGrid, KeepsItsFirstRowAndColumnAndCrossesTheRest) {
  // Cells of one value each: 0 1 2 / 3 4 5.
  const std::vector<float> cells{0, 1, 2, 3, 4, 5};
  const MixingGrid grid = mixing_grid(cells, 3, 2);
  EXPECT_EQ(grid.pictures, (std::vector<float>{0, 1, 2, 3, 3, 3}));
  EXPECT_EQ(grid.sources, (std::vector<float>{0, 1, 2, 3, 1, 2}));
  EXPECT_THROW(mixing_grid(cells, 4, 2), Error);
}

TEST(SeedPlane, KeepsTheLengthBetweenTheSeeds) {
  EXPECT_NEAR(length(plane_latent(0.5, 0, z_dim)), 0.5 * (length(seed(0)) + length(seed(1))), 1e-4);
  const double corners = length(seed(4)) + length(seed(5)) + length(seed(104)) + length(seed(105));
  EXPECT_NEAR(length(plane_latent(4.5, 1.5 - 0.5 - 0.5, z_dim)), corners / 4, 1e-4);
}

TEST(SeedPlane, LiesInTheSpanOfItsCorners) {
  const std::vector<float> half = plane_latent(7.5, 0, z_dim);
  std::vector<float> sum = lerp(seed(7), seed(8), 0.5);
  const double scale = length(half) / length(sum);
  for (std::size_t i = 0; i < half.size(); ++i) EXPECT_NEAR(half[i], sum[i] * scale, 1e-5);
}

TEST(SeedPlane, IsContinuous) {
  for (const double x : {-2.0, 0.0, 5.0, 5.25}) {
    EXPECT_LT(distance(plane_latent(x, 1, z_dim), plane_latent(x + 1e-6, 1 - 1e-6, z_dim)), 1e-4) << x;
    EXPECT_LT(distance(plane_latent(x, 1, z_dim), plane_latent(x - 1e-6, 1 + 1e-6, z_dim)), 1e-4) << x;
  }
}

TEST(Interpolation, EndsAreExactAndTheCircleKeepsTheLength) {
  const auto a = seed(1), b = seed(2);
  for (const auto mix : {lerp, slerp}) {
    EXPECT_EQ(mix(a, b, 0), a);
    EXPECT_EQ(mix(a, b, 1), b);
  }
  for (const double t : {0.1, 0.5, 0.8}) {
    EXPECT_NEAR(length(slerp(a, b, t)), (1 - t) * length(a) + t * length(b), 1e-4) << t;
  }
}

TEST(Interpolation, RightAngleHasAKnownMiddle) {
  const std::vector<float> x{2, 0}, y{0, 2};
  const auto middle = slerp(x, y, 0.5);
  EXPECT_NEAR(middle[0], std::sqrt(2.0), 1e-6);
  EXPECT_NEAR(middle[1], std::sqrt(2.0), 1e-6);
  EXPECT_EQ(lerp(x, y, 0.25), (std::vector<float>{1.5, 0.5}));
}

TEST(Interpolation, DegenerateVectorsStayFinite) {
  const std::vector<float> a{1, 2}, opposite{-1, -2}, zero{0, 0};
  for (const auto& b : {a, opposite, zero}) {
    for (const float value : slerp(a, b, 0.5)) EXPECT_TRUE(std::isfinite(value));
  }
  EXPECT_THROW(lerp(a, std::vector<float>{1}, 0.5), Error);
}

TEST(Grid, CellsAreThePlaneAndEditsHoldEverywhere) {
  LatentControls controls{.seed_x = 10, .seed_y = 1, .edits = {{2, 9.5f}, {z_dim + 5, 1.0f}}};
  const auto latents = grid_latents(controls, 3, 2, z_dim);
  ASSERT_EQ(latents.size(), 6u * z_dim);
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column) {
      auto expected = seed(static_cast<std::uint64_t>(10 + column + 100 * (1 + row)));
      expected[2] = 9.5f;
      const auto begin = latents.begin() + (row * 3 + column) * z_dim;
      EXPECT_EQ(std::vector<float>(begin, begin + z_dim), expected) << column << "," << row;
    }
  }
}

TEST(Grid, FractionsEqualThePlaneCellByCell) {
  const LatentControls controls{.seed_x = 0.25, .seed_y = -0.5};
  const auto latents = grid_latents(controls, 2, 2, z_dim);
  for (int cell = 0; cell < 4; ++cell) {
    const auto begin = latents.begin() + cell * z_dim;
    EXPECT_EQ(std::vector<float>(begin, begin + z_dim), plane_latent(0.25 + cell % 2, -0.5 + cell / 2, z_dim));
  }
}

TEST(Grid, TheBlendReplacesThePlane) {
  LatentControls controls;
  controls.blend = {.on = true, .a = seed(5), .b = seed(6), .t = 0.25};
  controls.edits[0] = 4.0f;
  auto expected = slerp(seed(5), seed(6), 0.25);
  expected[0] = 4.0f;
  EXPECT_EQ(present_latent(controls, z_dim), expected);
  controls.blend.mode = Interpolation::linear;
  EXPECT_EQ(present_latent(controls, z_dim)[1], lerp(seed(5), seed(6), 0.25)[1]);
  controls.blend.b.change([](std::vector<float>& values) { values.pop_back(); });  // of another model
  EXPECT_EQ(present_latent(controls, z_dim)[1], seed(0)[1]);
}

TEST(LatentText, ReadsBackToTheSameFloats) {
  auto latent = seed(77);
  latent[0] = 0.1f;
  latent[1] = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(latent_from_text(latent_to_text(latent)), latent);
}

TEST(LatentText, IsReadTolerantly) {
  const std::vector<float> expected{1, -2.5f, 0.001f};
  for (const char* text :
       {"1 -2.5 1e-3", "[1, -2.5, 0.001]", "latent[3]: 1 -2.5 0.001\n", "z = (1; -2.5;\r\n+0.001)"}) {
    EXPECT_EQ(latent_from_text(text), expected) << text;
  }
}

TEST(LatentText, RefusesWhatIsNoLatent) {
  for (const char* text : {"", "latent[3]:", "1 2 three", "1 nan", "1 inf", "1e99"}) {
    EXPECT_THROW(latent_from_text(text), Error) << text;
  }
}

TEST(Classes, FallBackToTheFirst) {
  LatentControls controls;
  EXPECT_TRUE(class_vector(controls, 0).empty());
  EXPECT_EQ(class_vector(controls, 2), (std::vector<float>{1, 0}));
  controls.classes = {0.25f, 0.75f};
  EXPECT_EQ(class_vector(controls, 2), controls.classes);
}

}  // namespace
}  // namespace ganvas::latent
