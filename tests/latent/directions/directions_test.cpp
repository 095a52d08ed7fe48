#include "latent/directions/directions.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "models/layers/style_layers.h"

namespace ganvas::latent {
namespace {

at::Generator stream(std::uint64_t seed) {
  return at::make_generator<at::CPUGeneratorImpl>(seed);
}

/// [rows, dim] whose rows are axis i scaled by sizes[i].
at::Tensor axes(const std::vector<double>& sizes) {
  return at::diag(at::tensor(sizes, at::kDouble));
}

TEST(FactorisedDirections, AreTheAxesOfAMatrixThatStretchesThem) {
  const Directions found = factorised_directions({axes({1, 3, 2})}, /*normalised=*/false);
  EXPECT_TRUE(at::allclose(found.sizes, at::tensor({9.0, 4.0, 1.0}, at::kDouble)));
  const at::Tensor expected = at::tensor({0, 1, 0, 0, 0, 1, 1, 0, 0}, at::kDouble).view({3, 3});
  EXPECT_TRUE(at::allclose(found.vectors, expected));
}

TEST(FactorisedDirections, CountRowsByTheirNumberWhenNormalised) {
  // Two rows along axis 0, one along axis 1, whatever their lengths.
  const at::Tensor rows = at::tensor({0.1, 0.0, 7.0, 0.0, 0.0, 100.0}, at::kDouble).view({3, 2});
  const Directions found = factorised_directions({rows.narrow(0, 0, 1), rows.narrow(0, 1, 2)});
  EXPECT_TRUE(at::allclose(found.sizes, at::tensor({2.0, 1.0}, at::kDouble)));
  EXPECT_TRUE(at::allclose(found.vectors, at::eye(2, at::kDouble)));
  EXPECT_THROW(factorised_directions({}), Error);
}

TEST(PrincipalDirections, FindTheAxesOfAGaussian) {
  const at::Tensor sizes = at::tensor({0.5, 4.0, 1.0, 2.0}, at::kDouble);
  const at::Tensor samples = at::randn({20000, 4}, stream(1), at::kDouble) * sizes + 3;
  const PrincipalDirections found = principal_directions(samples);
  EXPECT_TRUE(at::allclose(found.mean, at::full({4}, 3.0, at::kDouble), 0, 0.1));
  EXPECT_TRUE(at::allclose(found.directions.sizes, at::tensor({4.0, 2.0, 1.0, 0.5}, at::kDouble), 0.03));
  for (const auto& [row, axis] : {std::pair{0, 1}, {1, 3}, {2, 2}, {3, 0}})
    EXPECT_GT(found.directions.vectors[row][axis].item<double>(), 0.99);
}

TEST(PrincipalDirections, OfFewSamplesSpanThem) {
  const at::Tensor samples = at::randn({3, 10}, stream(2), at::kDouble);
  const PrincipalDirections found = principal_directions(samples);
  EXPECT_EQ(found.directions.vectors.sizes(), (std::vector<std::int64_t>{3, 10}));
  EXPECT_NEAR(found.directions.sizes[2].item<double>(), 0, 1e-9);  // three points lie in a plane
  const at::Tensor centred = samples - samples.mean(0), plane = found.directions.vectors.narrow(0, 0, 2);
  EXPECT_TRUE(at::allclose(centred.matmul(plane.t()).matmul(plane), centred));
  EXPECT_THROW(principal_directions(samples.narrow(0, 0, 1)), Error);
}

TEST(Directions, KeepTheirPlacesWhileWeightsMove) {
  const Directions before = factorised_directions({at::randn({40, 6}, stream(3), at::kDouble)}, false);
  Directions later{before.vectors.index_select(0, at::tensor({2, 0, 1, 5, 4, 3})) *
                       at::tensor({1, -1, 1, -1, 1, 1}, at::kDouble).view({6, 1}),
                   before.sizes.index_select(0, at::tensor({2, 0, 1, 5, 4, 3}))};
  const Directions back = aligned(later, before);
  EXPECT_TRUE(at::allclose(back.vectors, before.vectors));
  EXPECT_TRUE(at::equal(back.sizes, before.sizes));
}

/// Smallest networks of each family, fresh.
models::GeneratorPtr network(const Json& values) {
  Json json = models::to_json(models::NetworkSpec{});
  json.update(values);
  return models::make_generator(models::network_spec_from_json(json), at::kCPU);
}

TEST(StyleLayers, GiveOneMatrixAStyleRow) {
  const Json style2{{"family", "stylegan2"},
                    {"resolution", 16},
                    {"z_dim", 8},
                    {"w_dim", 8},
                    {"num_ws", 6},
                    {"extra", {{"channel_base", 64}, {"channel_max", 8}, {"mapping_layers", 2}}}};
  const Json style1{
      {"family", "stylegan"}, {"resolution", 16},
      {"z_dim", 8},           {"w_dim", 8},
      {"num_ws", 6},          {"extra", {{"channels", {6, 6, 4}}, {"mapping_layers", 2}, {"mapping_channels", 8}}}};
  for (const Json& values : {style1, style2}) {
    const models::GeneratorPtr g = network(values);
    const std::vector<models::StyleLayer> layers = models::style_layers(*g);
    ASSERT_EQ(layers.size(), 6u) << values.dump();
    for (std::size_t i = 0; i < layers.size(); ++i) {
      EXPECT_EQ(layers[i].weight.size(1), 8);
      // A change of row i reaches the picture through layer i: without that matrix it does not.
      const at::NoGradGuard no_grad;
      at::Tensor w = at::randn({1, 6, 8}, stream(4)), moved = w.clone();
      moved.select(1, static_cast<std::int64_t>(i)).add_(1);
      EXPECT_FALSE(at::equal(g->synthesize(w, {}), g->synthesize(moved, {}))) << layers[i].name;
    }
  }
  const models::GeneratorPtr dcgan =
      network({{"resolution", 32}, {"z_dim", 12}, {"w_dim", 12}, {"dcgan", {{"channels", {8, 8, 4}}}}});
  const std::vector<models::StyleLayer> first = models::style_layers(*dcgan);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].weight.sizes(), (std::vector<std::int64_t>{8 * 16, 12}));
}

}  // namespace
}  // namespace ganvas::latent
