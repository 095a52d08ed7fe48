#include "models/stylegan/stylegan.h"

#include <torch/nn/module.h>

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "models/layers/resample.h"

namespace ganvas::models {
namespace {

NetworkSpec small(const char* settings = "{}") {
  NetworkSpec spec{.family = "stylegan", .resolution = 32, .z_dim = 6, .w_dim = 5};
  spec.extra = {{"channels", {8, 6, 4, 2}}, {"d_dense", 7}, {"mapping_layers", 2}, {"mapping_channels", 4}};
  spec.extra.update(Json::parse(settings));
  return spec;
}

at::Tensor normal(at::IntArrayRef sizes, std::uint64_t seed = 1) {
  return at::randn(sizes, at::make_generator<at::CPUGeneratorImpl>(seed));
}

/// A fresh generator whose noise shows.
GeneratorPtr noisy_generator(const NetworkSpec& spec) {
  const at::NoGradGuard no_grad;
  GeneratorPtr g = make_generator(spec, at::kCPU, 3);
  for (const auto& item : g->named_parameters()) {
    if (item.key().ends_with("Noise.weight")) item.value().fill_(0.3);
  }
  g->eval();
  return g;
}

float difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<float>();
}

TEST(Stylegan, HasTheNamesOfTheAuthorsProgram) {
  const io::WeightSet g = weights_of(*make_generator(small(), at::kCPU));
  EXPECT_EQ(g.at("synthesis.8x8.Conv0_up.weight").sizes(), (std::vector<std::int64_t>{6, 8, 3, 3}));
  EXPECT_EQ(g.at("synthesis.8x8.Conv0_up.StyleMod.weight").sizes(), (std::vector<std::int64_t>{12, 5}));
  EXPECT_EQ(g.at("synthesis.ToRGB_lod3.weight").sizes(), (std::vector<std::int64_t>{3, 8, 1, 1}));
  EXPECT_EQ(g.at("synthesis.noise7").sizes(), (std::vector<std::int64_t>{1, 1, 32, 32}));
  EXPECT_EQ(g.at("mapping.Dense1.weight").sizes(), (std::vector<std::int64_t>{5, 4}));
  const io::WeightSet d = weights_of(*make_discriminator(small(), at::kCPU));
  EXPECT_EQ(d.at("4x4.Conv.weight").sizes(), (std::vector<std::int64_t>{8, 9, 3, 3}));
  EXPECT_EQ(d.at("32x32.Conv1_down.weight").sizes(), (std::vector<std::int64_t>{4, 2, 3, 3}));
}

TEST(Stylegan, HasAsManyParametersAsTheAuthorsNetworks) {
  const NetworkSpec spec{.family = "stylegan", .resolution = 1024, .z_dim = 512, .w_dim = 512};
  const auto count = [](const torch::nn::Module& network) {
    std::int64_t elements = 0;
    for (const at::Tensor& parameter : network.parameters()) elements += parameter.numel();
    return elements;
  };
  EXPECT_EQ(count(*make_generator(spec, at::kCPU)), 26219627);
  EXPECT_EQ(count(*make_discriminator(spec, at::kCPU)), 23087249);
}

TEST(Stylegan, AFadeMixesThePicturesOfBothResolutions) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = noisy_generator(small());
  const at::Tensor w = g->map(normal({2, 6}), {}, {});
  const auto at_lod = [&](double lod) { return g->synthesize(w, {.lod = lod}); };
  EXPECT_LT(difference(at_lod(0.25), at_lod(0) * 0.75 + at_lod(1) * 0.25), 1e-5f);
  EXPECT_LT(difference(at_lod(1.5), at_lod(1) * 0.5 + at_lod(2) * 0.5), 1e-5f);
  EXPECT_EQ(difference(at_lod(3), twice(twice(twice(half(half(half(at_lod(3)))))))), 0.0f);
  g->train();  // all levels take part, those that do not show with weight 0
  const at::Tensor trained = at_lod(1.5);
  g->eval();
  EXPECT_LT(difference(trained, at_lod(1.5)), 1e-5f);
}

TEST(Stylegan, TheBufferLodIsFollowedWhenItChanges) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = noisy_generator(small());
  const at::Tensor w = g->map(normal({1, 6}), {}, {});
  const at::Tensor whole = g->synthesize(w, {});
  g->named_buffers()["synthesis.lod"].fill_(2);
  EXPECT_TRUE(at::equal(g->synthesize(w, {}), g->synthesize(w, {.lod = 2})));
  g->named_buffers()["synthesis.lod"].zero_();
  EXPECT_TRUE(at::equal(g->synthesize(w, {}), whole));
}

TEST(Stylegan, AGrowingDiscriminatorSeesOnlyTheSmallPicture) {
  const at::NoGradGuard no_grad;
  const DiscriminatorPtr d = make_discriminator(small(), at::kCPU, 4);
  const at::Tensor x = normal({4, 3, 32, 32});
  for (const int lod : {1, 2, 3}) {
    d->named_buffers()["lod"].fill_(lod);
    at::Tensor coarse = x;
    for (int i = 0; i < lod; ++i) coarse = half(coarse);
    for (int i = 0; i < lod; ++i) coarse = twice(coarse);
    EXPECT_LT(difference(d->forward(x, {}), d->forward(coarse, {})), 1e-4f) << lod;
  }
}

TEST(Stylegan, FusedAndSeparateResamplingAgree) {
  const at::NoGradGuard no_grad;
  const at::Tensor x = normal({4, 3, 32, 32});
  const DiscriminatorPtr fused = make_discriminator(small(R"({"fused_scale": "on"})"), at::kCPU, 4);
  const DiscriminatorPtr apart = make_discriminator(small(R"({"fused_scale": "off"})"), at::kCPU, 4);
  EXPECT_LT(difference(fused->forward(x, {}), apart->forward(x, {})), 1e-4f);

  // Upsampling, the fused kernel acts mirrored.
  const GeneratorPtr g_fused = make_generator(small(R"({"fused_scale": "on"})"), at::kCPU, 4);
  const GeneratorPtr g_apart = make_generator(small(R"({"fused_scale": "off"})"), at::kCPU, 4);
  for (const auto& item : g_fused->named_parameters()) {
    if (item.key().ends_with("Conv0_up.weight")) item.value().copy_(item.value().flip({2, 3}).clone());
  }
  const at::Tensor w = g_apart->map(normal({2, 6}), {}, {});
  EXPECT_LT(difference(g_fused->synthesize(w, {}), g_apart->synthesize(w, {})), 1e-4f);
}

TEST(Stylegan, BlurSpreadsAnImpulseOverItsTaps) {
  at::Tensor x = at::zeros({1, 2, 5, 5});
  x[0][1][2][2] = 16;
  const at::Tensor y = Blur({1, 2, 1})(x);
  const at::Tensor row = at::tensor({1.0f, 2.0f, 1.0f});
  EXPECT_TRUE(at::equal(y[0][1].slice(0, 1, 4).slice(1, 1, 4), at::outer(row, row)));
  EXPECT_EQ(y.sum().item<float>(), 16.0f);
  EXPECT_EQ(y[0][0].abs().max().item<float>(), 0.0f);
}

TEST(Stylegan, GroupDeviationIsTheSpreadOfEachGroup) {
  // Groups of 2 of 4 pictures: picture n is with n + 2. Pictures 0 and 2 differ by 2, 1 and 3 are equal.
  const at::Tensor x = at::tensor({3.0f, 5.0f, 1.0f, 5.0f}).view({4, 1, 1, 1}).expand({4, 2, 4, 4});
  const at::Tensor y = with_group_deviation(x, 2, 1);
  EXPECT_EQ(y.sizes(), (std::vector<std::int64_t>{4, 3, 4, 4}));
  for (int n = 0; n < 4; ++n) EXPECT_NEAR(y[n][2].mean().item<float>(), n % 2 == 0 ? 1.0f : 1e-4f, 1e-6f) << n;
  EXPECT_THROW(with_group_deviation(x, 3, 1), Error);
}

TEST(Stylegan, MappingIgnoresTheLengthOfZAndTruncatesTheFirstRows) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(small(), at::kCPU, 3);
  const at::Tensor z = normal({2, 6});
  const at::Tensor w = g->map(z, {}, {});
  EXPECT_EQ(w.sizes(), (std::vector<std::int64_t>{2, 8, 5}));
  EXPECT_LT(difference(g->map(z * 7, {}, {}), w), 1e-5f);
  const at::Tensor cut = g->map(z, {}, {.truncation_psi = 0.5, .truncation_cutoff = 3});
  EXPECT_TRUE(at::equal(cut.slice(1, 3), w.slice(1, 3)));
  EXPECT_LT(difference(cut.slice(1, 0, 3), w.slice(1, 0, 3) * 0.5), 1e-6f);  // a fresh average is 0
  g->map(z, {}, {.update_average = true});
  EXPECT_LT(difference(g->named_buffers()["dlatent_avg"], w.select(1, 0).mean(0) * 0.005), 1e-6f);
}

TEST(Stylegan, NoiseFollowsItsModeAndSeed) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = noisy_generator(small());
  const at::Tensor w = g->map(normal({1, 6}), {}, {});
  const auto random = [&](std::uint64_t seed) {
    return g->synthesize(w, {.noise_mode = "random", .noise_seed = seed});
  };
  EXPECT_TRUE(at::equal(random(1), random(1)));
  EXPECT_GT(difference(random(1), random(2)), 1e-3f);
  for (const auto& item : g->named_buffers()) {
    if (item.key().find("noise") != std::string::npos) item.value().zero_();
  }
  EXPECT_TRUE(at::equal(g->synthesize(w, {}), g->synthesize(w, {.noise_mode = "none"})));
  EXPECT_THROW(g->synthesize(w, {.noise_mode = "loud"}), Error);
}

TEST(Stylegan, LabelsChangeStylesAndChooseTheScore) {
  const at::NoGradGuard no_grad;
  NetworkSpec spec = small();
  spec.c_dim = 3;
  const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
  const at::Tensor classes = at::eye(3);
  const at::Tensor w = g->map(normal({1, 6}).expand({3, 6}), classes, {});
  EXPECT_GT(difference(w[0], w[1]), 1e-4f);
  EXPECT_THROW(g->map(normal({1, 6}), {}, {}), Error);
  const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 3);
  const at::Tensor x = normal({1, 3, 32, 32}).expand({3, 3, 32, 32});
  const at::Tensor all = d->forward(x, classes);
  EXPECT_NEAR(d->forward(x, at::ones({3, 3}))[0].item<float>(), all.sum().item<float>(), 1e-4f);
}

/// The weights as the TensorFlow program keeps them.
io::WeightSet tensorflow_file(const io::WeightSet& own) {
  io::WeightSet file;
  for (const auto& [name, tensor] : own.items()) {
    std::string slashed = name;
    std::replace(slashed.begin(), slashed.end(), '.', '/');
    at::Tensor value = tensor;
    if (slashed.ends_with("/weight") && tensor.dim() == 4) value = tensor.permute({2, 3, 1, 0});
    if (slashed.ends_with("/weight") && tensor.dim() == 2) value = tensor.t();
    file.set(slashed, value);
  }
  return file;
}

TEST(Stylegan, ReadsTheLayoutOfTheTensorFlowProgram) {
  const at::NoGradGuard no_grad;
  NetworkSpec spec = small(R"({"fused_scale": "on"})");
  spec.c_dim = 3;
  const GeneratorPtr g = noisy_generator(spec);
  io::WeightSet file = tensorflow_file(weights_of(*g));
  file.metadata["static_kwargs"] = {{"fused_scale", true}};
  const NetworkSpec found = recognise(file);
  NetworkSpec expected = g->spec();
  expected.extra["d_dense"] = StyleganSettings{}.d_dense;  // a generator's file does not say it
  EXPECT_EQ(to_json(found), to_json(expected));
  const GeneratorPtr read = make_generator(found, at::kCPU, 9);
  load_weights(*read, file);
  EXPECT_EQ(weights_of(*read).hash(), weights_of(*g).hash());

  const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 5);
  const Recognised found_d = recognise_network(tensorflow_file(weights_of(*d)));
  EXPECT_EQ(found_d.role, Role::discriminator);
  EXPECT_EQ(found_d.spec.c_dim, 3);
  const DiscriminatorPtr read_d = make_discriminator(found_d.spec, at::kCPU, 9);
  load_weights(*read_d, tensorflow_file(weights_of(*d)));
  EXPECT_EQ(weights_of(*read_d).hash(), weights_of(*d).hash());
}

TEST(Stylegan, RefusesWhatItCannotBe) {
  EXPECT_THROW(make_generator(small(R"({"fused_scale": "maybe"})"), at::kCPU), Error);
  EXPECT_THROW(make_generator(small(R"({"depth": 3})"), at::kCPU), Error);
  EXPECT_THROW(make_generator(small(R"({"channels": [8, 4]})"), at::kCPU), Error);
  io::WeightSet file = tensorflow_file(weights_of(*make_generator(small(), at::kCPU)));
  file.metadata["static_kwargs"] = {{"use_styles", false}};
  EXPECT_THROW(recognise(file), Error);
}

}  // namespace
}  // namespace ganvas::models
