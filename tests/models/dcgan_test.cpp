#include "models/dcgan/dcgan.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "models/dcgan/settings.h"

namespace ganvas::models {
namespace {

NetworkSpec small() {
  NetworkSpec spec;
  spec.resolution = 32;
  spec.z_dim = 6;
  spec.extra["channels"] = {8, 6, 4};
  return spec;
}

TEST(Dcgan, ZeroWeightsGiveGrey) {
  const at::NoGradGuard no_grad;
  for (const std::string output : {"tanh", "sigmoid"}) {
    NetworkSpec spec = small();
    spec.extra["output"] = output;
    const GeneratorPtr g = make_generator(spec, at::kCPU);
    for (auto& parameter : g->parameters()) parameter.zero_();
    EXPECT_EQ(g->synthesize(g->map(at::randn({2, 6}), {}, {}), {}).abs().max().item<float>(), 0.0f);
  }
}

TEST(Dcgan, HasTheLayersOfTheJovianNetworks) {
  NetworkSpec spec;  // defaults: latent 128, 512-256-128-64-3, batch norm everywhere, no biases
  const GeneratorPtr g = make_generator(spec, at::kCPU);
  const DiscriminatorPtr d = make_discriminator(spec, at::kCPU);
  // 128*512*16 + 512*256*16 + 256*128*16 + 128*64*16 + 64*3*16 and two per normalised channel.
  EXPECT_EQ(weights_of(*g).at("main.0.weight").sizes(), (std::vector<std::int64_t>{128, 512, 4, 4}));
  EXPECT_EQ(weights_of(*g).at("main.12.weight").sizes(), (std::vector<std::int64_t>{64, 3, 4, 4}));
  EXPECT_EQ(weights_of(*d).at("main.1.running_mean").size(0), 64);
  EXPECT_EQ(weights_of(*d).at("main.12.weight").sizes(), (std::vector<std::int64_t>{1, 512, 4, 4}));
  std::int64_t count = 0;
  for (const auto& parameter : g->parameters()) count += parameter.numel();
  EXPECT_EQ(count, 16 * (128 * 512 + 512 * 256 + 256 * 128 + 128 * 64 + 64 * 3) + 2 * (512 + 256 + 128 + 64));
}

TEST(Dcgan, WithoutBatchNormOnTheFirstLayerHasTheNamesOfThePublicExample) {
  NetworkSpec spec;
  spec.extra["d_batch_norm_first"] = false;
  const io::WeightSet d = weights_of(*make_discriminator(spec, at::kCPU));
  EXPECT_TRUE(d.contains("main.0.weight"));
  EXPECT_TRUE(d.contains("main.2.weight"));
  EXPECT_TRUE(d.contains("main.3.running_var"));
  EXPECT_TRUE(d.contains("main.11.weight"));
}

TEST(Dcgan, DefaultInitIsUniformWithinTheFanInBound) {
  const io::WeightSet g = weights_of(*make_generator(NetworkSpec{}, at::kCPU, 1));
  const at::Tensor& weight = g.at("main.3.weight");  // [512, 256, 4, 4]: LibTorch counts fan in over dimension 1
  const double bound = 1.0 / std::sqrt(256.0 * 16);
  EXPECT_LE(weight.abs().max().item<double>(), bound);
  EXPECT_NEAR(weight.std().item<double>(), bound / std::sqrt(3.0), bound * 0.01);
}

TEST(Dcgan, PaperInitHasStandardDeviation002) {
  NetworkSpec spec;
  spec.extra["init"] = "normal002";
  const io::WeightSet g = weights_of(*make_generator(spec, at::kCPU, 1));
  EXPECT_NEAR(g.at("main.3.weight").std().item<double>(), 0.02, 2e-4);
  EXPECT_NEAR(g.at("main.1.weight").mean().item<double>(), 1.0, 5e-3);
}

TEST(Dcgan, TruncationScalesTheLatent) {
  const GeneratorPtr g = make_generator(small(), at::kCPU);
  const at::Tensor z = at::randn({3, 6});
  EXPECT_TRUE(at::equal(g->map(z, {}, {.truncation_psi = 0.5}).squeeze(1), z * 0.5));
  EXPECT_TRUE(at::equal(g->map(z, {}, {}).squeeze(1), z));
}

TEST(Dcgan, RefusesSizesThatDoNotFit) {
  NetworkSpec spec = small();
  spec.resolution = 64;
  EXPECT_THROW(make_generator(spec, at::kCPU), Error);
  spec.resolution = 48;
  EXPECT_THROW(make_generator(spec, at::kCPU), Error);
  spec = small();
  spec.extra["d_channels"] = {4, 6};
  EXPECT_THROW(make_discriminator(spec, at::kCPU), Error);
}

}  // namespace
}  // namespace ganvas::models
