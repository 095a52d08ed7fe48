// The networks of WGAN and WGAN-GP.
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "models/generator.h"
#include "models/wgan/wgan_gp.h"

namespace ganvas::models {
namespace {

NetworkSpec wgan(const char* settings, int resolution = 32) {
  return {.family = "wgan", .resolution = resolution, .z_dim = 5, .extra = Json::parse(settings)};
}

TEST(Wgan, HasTheNamesOfTheAuthorsProgram) {
  const NetworkSpec spec = wgan(R"({"g_channels": 8, "d_channels": 8, "extra_layers": 1})");
  const io::WeightSet g = weights_of(*make_generator(spec, at::kCPU));
  EXPECT_EQ(g.at("main.initial:5-32:convt.weight").sizes(), (std::vector<std::int64_t>{5, 32, 4, 4}));
  EXPECT_TRUE(g.contains("main.initial:32:batchnorm.running_var"));
  EXPECT_EQ(g.at("main.pyramid:16-8:convt.weight").sizes(), (std::vector<std::int64_t>{16, 8, 4, 4}));
  EXPECT_EQ(g.at("main.extra-layers-0:8:conv.weight").sizes(), (std::vector<std::int64_t>{8, 8, 3, 3}));
  EXPECT_EQ(g.at("main.final:8-3:convt.weight").sizes(), (std::vector<std::int64_t>{8, 3, 4, 4}));
  const io::WeightSet d = weights_of(*make_discriminator(spec, at::kCPU));
  EXPECT_TRUE(d.contains("main.initial:3-8:conv.weight"));
  EXPECT_FALSE(d.contains("main.initial:8:batchnorm.weight"));
  EXPECT_TRUE(d.contains("main.pyramid:16-32:conv.weight"));
  EXPECT_EQ(d.at("main.final:32-1:conv.weight").sizes(), (std::vector<std::int64_t>{1, 32, 4, 4}));
}

TEST(Wgan, IsRecognisedByItsNamesAndShapes) {
  for (const char* settings : {
           R"({"g_channels": 4, "d_channels": 6})",
           R"({"g_channels": 4, "d_channels": 6, "extra_layers": 2, "g_batch_norm": false, "d_batch_norm": false})",
           R"({"g_channels": 4, "d_channels": 6, "g_mlp": true, "d_mlp": true})",
       }) {
    for (const int resolution : {16, 64}) {
      NetworkSpec spec = wgan(settings, resolution);
      spec.image_channels = 1;
      const io::WeightSet g = weights_of(*make_generator(spec, at::kCPU, 1));
      const NetworkSpec found = recognise(g);
      EXPECT_EQ(found.resolution, resolution);
      EXPECT_EQ(found.z_dim, 5);
      EXPECT_EQ(found.image_channels, 1);
      load_weights(*make_generator(found, at::kCPU), g);
      const io::WeightSet d = weights_of(*make_discriminator(spec, at::kCPU, 1));
      const Recognised critic = recognise_network(d);
      EXPECT_EQ(critic.role, Role::discriminator);
      load_weights(*make_discriminator(critic.spec, at::kCPU), d);
    }
  }
}

TEST(Wgan, LayersStartFromTheNormalDistributionOfThePaper) {
  const io::WeightSet g = weights_of(*make_generator(wgan(R"({"g_channels": 32})", 64), at::kCPU, 1));
  EXPECT_NEAR(g.at("main.pyramid:256-128:convt.weight").std().item<double>(), 0.02, 2e-4);
  EXPECT_NEAR(g.at("main.initial:256:batchnorm.weight").mean().item<double>(), 1.0, 5e-3);
}

TEST(Wgan, RefusesUnknownSettingsAndSizes) {
  EXPECT_THROW(make_generator(wgan(R"({"layers": 3})"), at::kCPU), Error);
  EXPECT_THROW(make_generator(wgan("{}", 48), at::kCPU), Error);
  EXPECT_THROW(make_generator(wgan("{}", 8), at::kCPU), Error);
}

NetworkSpec wgan_gp(const char* form, int channels, int resolution) {
  return {.family = "wgan_gp", .resolution = resolution, .z_dim = 5, .extra = {{"form", form}, {"channels", channels}}};
}

TEST(WganGp, ResidualNetworksHaveTheWidthsOfThePaper) {
  const NetworkSpec spec = wgan_gp("resnet", 64, 64);
  const io::WeightSet g = weights_of(*make_generator(spec, at::kCPU));
  EXPECT_EQ(g.at("linear.weight").size(0), 4 * 4 * 512);
  const std::vector<std::int64_t> up{512, 512, 256, 128, 64};
  const io::WeightSet d = weights_of(*make_discriminator(spec, at::kCPU));
  const std::vector<std::int64_t> down{64, 128, 256, 512, 512};
  EXPECT_EQ(d.at("linear.weight").size(1), 8192);
  for (std::size_t i = 1; i < up.size(); ++i) {
    const std::string shortcut = "block" + std::to_string(i) + ".shortcut.weight";
    EXPECT_EQ(g.at(shortcut).sizes(), (std::vector<std::int64_t>{up[i], up[i - 1], 1, 1}));
    EXPECT_EQ(d.at(shortcut).sizes(), (std::vector<std::int64_t>{down[i], down[i - 1], 1, 1}));
  }
}

TEST(WganGp, IsRecognisedByItsNamesAndShapes) {
  for (const char* form : {"conv", "resnet"}) {
    for (const int resolution : {16, 64}) {
      NetworkSpec spec = wgan_gp(form, 2, resolution);
      const io::WeightSet g = weights_of(*make_generator(spec, at::kCPU, 1));
      const NetworkSpec found = recognise(g);
      EXPECT_EQ(found.extra, spec.extra);
      EXPECT_EQ(found.resolution, resolution);
      load_weights(*make_generator(found, at::kCPU), g);
      const io::WeightSet d = weights_of(*make_discriminator(spec, at::kCPU, 1));
      const Recognised critic = recognise_network(d);
      EXPECT_EQ(critic.role, Role::discriminator);
      EXPECT_EQ(critic.spec.extra, spec.extra);
      load_weights(*make_discriminator(critic.spec, at::kCPU), d);
    }
  }
}

TEST(WganGp, CriticsScoreEachPictureAlone) {
  const at::NoGradGuard no_grad;
  for (const char* form : {"conv", "resnet"}) {
    const DiscriminatorPtr d = make_discriminator(wgan_gp(form, 3, 32), at::kCPU, 1);
    const at::Tensor pictures = at::randn({4, 3, 32, 32}, at::make_generator<at::CPUGeneratorImpl>(2));
    const at::Tensor together = d->forward(pictures, {});
    for (int i = 0; i < 4; ++i)
      EXPECT_NEAR(d->forward(pictures.narrow(0, i, 1), {}).item<float>(), together[i].item<float>(), 1e-5f);
  }
}

TEST(WganGp, PictureNormMakesMeanZeroAndVarianceOneOverChannelsAndPixels) {
  const at::NoGradGuard no_grad;
  PictureNorm norm(3);
  const at::Tensor y = norm->forward(at::arange(2 * 3 * 4 * 4, at::kFloat).square().view({2, 3, 4, 4}));
  for (int i = 0; i < 2; ++i) {
    EXPECT_NEAR(y[i].mean().item<float>(), 0.0f, 1e-5f);
    EXPECT_NEAR(y[i].square().mean().item<float>(), 1.0f, 1e-4f);
  }
}

TEST(WganGp, AConstantPictureGivesTheLinearLayersBias) {
  // The picture norm of a constant is its offset 0, so only the shortcuts carry it; with their weights 0 nothing does.
  const at::NoGradGuard no_grad;
  const DiscriminatorPtr d = make_discriminator(wgan_gp("resnet", 2, 16), at::kCPU, 1);
  for (const auto& item : d->named_parameters()) {
    if (item.key().find("shortcut") != std::string::npos || item.key() == "input.weight") item.value().zero_();
    if (item.key() == "linear.bias") item.value().fill_(0.75);
  }
  EXPECT_FLOAT_EQ(d->forward(at::ones({1, 3, 16, 16}), {}).item<float>(), 0.75f);
}

}  // namespace
}  // namespace ganvas::models
