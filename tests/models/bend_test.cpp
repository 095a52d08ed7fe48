// SynthesisOptions::bend and the circle of noise, for every family.
#include <gtest/gtest.h>

#include <set>

#include "models/generator.h"
#include "models/layers/noise_source.h"
#include "models/network_spec.h"

namespace ganvas::models {
namespace {

NetworkSpec small(const std::string& family) {
  NetworkSpec spec;
  spec.family = family;
  spec.resolution = 32;
  spec.z_dim = spec.w_dim = 8;
  if (family == "dcgan") spec.extra = {{"channels", {8, 8, 8}}};
  if (family == "stylegan") spec.extra = {{"channels", {8, 8, 8, 8}}, {"mapping_layers", 2}};
  if (family.starts_with("stylegan2")) spec.extra = {{"channel_base", 64}, {"channel_max", 8}, {"mapping_layers", 2}};
  return spec;
}

class Bent : public testing::TestWithParam<std::string> {};

TEST_P(Bent, EveryLayerIsNamedOnceAndWhatTheBendReturnsGoesOn) {
  const GeneratorPtr g = make_generator(small(GetParam()), at::kCPU, 3);
  g->eval();
  const at::NoGradGuard no_grad;
  const at::Tensor w = g->map(at::ones({2, g->spec().z_dim}) * 0.3, {}, {});
  const at::Tensor plain = g->synthesize(w, {});
  std::vector<std::string> names;
  SynthesisOptions options;
  options.bend = [&](const std::string& layer, const at::Tensor& x) {
    names.push_back(layer);
    EXPECT_EQ(x.size(0), 2);
    EXPECT_EQ(x.dim(), 4) << layer;
    return x;
  };
  EXPECT_TRUE(at::equal(g->synthesize(w, options), plain)) << "a bend that does nothing changes no bit";
  ASSERT_GE(names.size(), 2U);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const std::string& name : names) {
    options.bend = [&](const std::string& layer, const at::Tensor& x) { return layer == name ? x * -1.5 : x; };
    EXPECT_FALSE(at::equal(g->synthesize(w, options), plain)) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, Bent,
                         testing::Values("dcgan", "wgan", "wgan_gp", "layered", "stylegan", "stylegan2"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '_');
                           return name;
                         });

TEST(NoiseCircle, ComesBackIsNormalAllAlongAndMovesSlowly) {
  const at::Tensor like = at::zeros({1});
  const auto noise = [&](double phase) {
    SynthesisOptions options{.noise_mode = "random", .noise_seed = 5, .noise_phase = phase};
    return NoiseSource(options).next({}, {1, 1, 128, 128}, like);
  };
  const at::Tensor start = noise(0);
  EXPECT_TRUE(
      at::equal(start, NoiseSource({.noise_mode = "random", .noise_seed = 5}).next({}, {1, 1, 128, 128}, like)));
  EXPECT_TRUE(at::equal(noise(1), start));
  EXPECT_TRUE(at::equal(noise(-3), start));
  EXPECT_TRUE(at::allclose(noise(0.5), -start, 0, 1e-5));
  for (const double phase : {0.1, 0.25, 0.7}) EXPECT_NEAR(noise(phase).std().item<double>(), 1, 0.03) << phase;
  EXPECT_NEAR((noise(0.25) * start).mean().item<double>(), 0, 0.03) << "a quarter turn on, nothing of it is left";
  EXPECT_LT((noise(0.001) - start).abs().mean().item<double>(), 0.01);
}

}  // namespace
}  // namespace ganvas::models
