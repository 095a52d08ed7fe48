#include "models/stylegan2/stylegan2.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/error.h"
#include "models/traits.h"

namespace ganvas::models {
namespace {

at::Tensor normal(at::IntArrayRef sizes, std::uint64_t seed = 1) {
  return at::randn(sizes, at::make_generator<at::CPUGeneratorImpl>(seed));
}

NetworkSpec small(const char* settings = "{}") {
  NetworkSpec spec{.family = "stylegan2", .resolution = 32, .z_dim = 6, .w_dim = 5};
  spec.extra = Json::parse(settings);
  if (!spec.extra.contains("channels")) spec.extra["channels"] = {8, 7, 6, 4};
  return spec;
}

at::Tensor picture_of(Generator& g, const SynthesisOptions& options = {}) {
  const at::NoGradGuard no_grad;
  const at::Tensor c = g.spec().c_dim > 0 ? at::eye(g.spec().c_dim).narrow(0, 0, 2) : at::Tensor();
  return g.synthesize(g.map(normal({2, g.spec().z_dim}), c, {}), options);
}

/// Noise acts only where its strength is not zero, as it is in fresh networks.
void set_noise_strength(Generator& g, double strength) {
  const at::NoGradGuard no_grad;
  for (const auto& item : g.named_parameters())
    if (item.key().ends_with("noise_strength")) item.value().fill_(strength);
}

TEST(Stylegan2, NamesAndShapesAreThoseOfTheFileFormat) {
  const GeneratorPtr g = make_generator(small(), at::kCPU);
  const io::WeightSet weights = weights_of(*g);
  const std::map<std::string, std::vector<std::int64_t>> expected{{"mapping.fc0.weight", {5, 6}},
                                                                  {"mapping.w_avg", {5}},
                                                                  {"synthesis.b4.const", {8, 4, 4}},
                                                                  {"synthesis.b8.conv0.weight", {7, 8, 3, 3}},
                                                                  {"synthesis.b8.conv0.affine.weight", {8, 5}},
                                                                  {"synthesis.b8.conv0.noise_const", {8, 8}},
                                                                  {"synthesis.b8.conv1.noise_strength", {}},
                                                                  {"synthesis.b32.torgb.weight", {3, 4, 1, 1}},
                                                                  {"synthesis.b32.resample_filter", {4, 4}}};
  for (const auto& [name, shape] : expected) EXPECT_EQ(weights.at(name).sizes(), shape) << name;
}

/// Weights of `from`, with what has pixels made of the old and the new tensor.
void set_weights(Generator& g, Generator& from,
                 const std::function<at::Tensor(const at::Tensor& mine, const at::Tensor& theirs)>& made) {
  const at::NoGradGuard no_grad;
  const io::WeightSet theirs = weights_of(from), old = weights_of(g);
  io::WeightSet own;
  for (const auto& [name, mine] : old.items()) own.set(name, made(mine, theirs.at(name)));
  load_weights(g, own);
}

TEST(Stylegan2, PicturesThatAreNotSquare) {
  const auto network = [](const char* start, int resolution) {
    NetworkSpec spec = small(fmt::format(R"({{"channels": [8, 7], "start": {}}})", start).c_str());
    spec.resolution = resolution;
    return make_generator(spec, at::kCPU, 1);
  };
  const GeneratorPtr square = network("[4, 4]", 8), wide = network("[4, 8]", 8), tall = network("[8, 4]", 16);
  EXPECT_FALSE(to_json(square->spec()).dump().find("start") != std::string::npos) << "files of before stay as they are";
  set_noise_strength(*square, 0.5);
  // The left end of a wide picture is that of a square one, as far as no layer has seen what lies beyond it.
  set_weights(*wide, *square, [](const at::Tensor& mine, const at::Tensor& theirs) {
    if (mine.sizes() == theirs.sizes()) return theirs;
    at::Tensor longer = mine.clone();
    longer.narrow(-1, 0, theirs.size(-1)).copy_(theirs);
    return longer;
  });
  const at::Tensor picture = picture_of(*wide), left = picture_of(*square);
  ASSERT_EQ(picture.sizes(), (std::vector<std::int64_t>{2, 3, 8, 16}));
  EXPECT_TRUE(at::allclose(picture.narrow(3, 0, 2), left.narrow(3, 0, 2), 1e-4, 1e-5));
  EXPECT_FALSE(at::allclose(picture.narrow(3, 0, 8), left, 1e-4, 1e-5));
  // Lying on its side it is the picture of the network on its side.
  set_weights(*tall, *wide, [](const at::Tensor& mine, const at::Tensor& theirs) {
    const bool pixels = mine.dim() == 4 || mine.sizes() != theirs.sizes() || (mine.dim() == 2 && mine.size(0) % 8 == 0);
    return pixels && theirs.transpose(-1, -2).sizes() == mine.sizes() ? theirs.transpose(-1, -2) : theirs;
  });
  EXPECT_TRUE(at::allclose(picture_of(*tall), picture.transpose(2, 3), 1e-4, 1e-5));
  for (const GeneratorPtr& g : {wide, tall}) {
    EXPECT_EQ(recognise_network(weights_of(*g)).spec.extra["start"], g->spec().extra["start"]);
    EXPECT_EQ(picture_width(g->spec()) * g->spec().resolution, 128);
    const DiscriminatorPtr d = make_discriminator(g->spec(), at::kCPU, 1);
    EXPECT_EQ(d->forward(picture_of(*g), {}).sizes(), (std::vector<std::int64_t>{2, 1}));
    const Recognised judged = recognise_network(weights_of(*d));
    load_weights(*make_discriminator(judged.spec, at::kCPU, 2), weights_of(*d));
  }
  EXPECT_THROW(network("[4, 4]", 16), Error);
  EXPECT_THROW(network("[4]", 8), Error);
  EXPECT_THROW(network("[4, 0]", 8), Error);
}

TEST(Stylegan2, ChannelsFollowFromTheBase) {
  NetworkSpec spec{.family = "stylegan2", .resolution = 256, .z_dim = 512, .w_dim = 512};
  spec.extra = {{"channel_base", 16384}, {"channel_max", 512}};
  const Stylegan2Settings settings = stylegan2_settings(stylegan2_spec(spec));
  EXPECT_EQ(settings.channels, (std::vector<int>{512, 512, 512, 512, 256, 128, 64}));
  EXPECT_EQ(stylegan2_spec(spec).num_ws, 14);
}

TEST(Stylegan2, RecognisesItsNetworksByTheirTensors) {
  for (const char* settings : {R"({})", R"({"g_architecture": "resnet", "d_architecture": "skip"})",
                               R"({"g_architecture": "orig", "d_architecture": "orig", "mapping_layers": 3,
                                   "mapping_channels": 9, "mbstd_channels": 2, "filter": [1, 2, 1]})"}) {
    for (const int labels : {0, 3}) {
      NetworkSpec spec = small(settings);
      spec.c_dim = labels;
      const GeneratorPtr g = make_generator(spec, at::kCPU, 1);
      const Recognised found = recognise_network(weights_of(*g));
      EXPECT_EQ(found.role, Role::generator);
      // What only the discriminator shows is left at its default.
      Json expected = to_json(g->spec());
      for (const char* key : {"d_architecture", "mbstd_channels"}) expected["extra"].erase(key);
      Json actual = to_json(found.spec);
      for (const char* key : {"d_architecture", "mbstd_channels"}) actual["extra"].erase(key);
      EXPECT_EQ(actual, expected);

      const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 1);
      const Recognised judged = recognise_network(weights_of(*d));
      EXPECT_EQ(judged.role, Role::discriminator);
      EXPECT_EQ(judged.spec.c_dim, labels);
      load_weights(*make_discriminator(judged.spec, at::kCPU, 2), weights_of(*d));
    }
  }
}

TEST(Stylegan2, ModesOfNoiseDiffer) {
  const GeneratorPtr g = make_generator(small(), at::kCPU, 1);
  EXPECT_TRUE(at::equal(picture_of(*g), picture_of(*g, {.noise_mode = "none"})));
  set_noise_strength(*g, 0.5);
  const at::Tensor constant = picture_of(*g), none = picture_of(*g, {.noise_mode = "none"});
  const at::Tensor random = picture_of(*g, {.noise_mode = "random", .noise_seed = 4});
  EXPECT_FALSE(at::allclose(constant, none));
  EXPECT_FALSE(at::allclose(constant, random));
  EXPECT_TRUE(at::equal(random, picture_of(*g, {.noise_mode = "random", .noise_seed = 4})));
  EXPECT_THROW(picture_of(*g, {.noise_mode = "loud"}), Error);
}

TEST(Stylegan2, StylesOfLateRowsLeaveEarlyBlocksAlone) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(small(), at::kCPU, 1);
  at::Tensor w = g->map(normal({1, 6}), {}, {});
  std::map<std::string, at::Tensor> seen;
  SynthesisOptions options{.tap = [&](const std::string& name, const at::Tensor& x) { seen[name] = x.clone(); }};
  g->synthesize(w, options);
  const auto before = seen;
  w = w.clone();
  w.select(1, 5).add_(1);  // row 5: conv0 of b32 and the picture of b16
  g->synthesize(w, options);
  EXPECT_TRUE(at::equal(before.at("b16"), seen.at("b16")));
  EXPECT_FALSE(at::equal(before.at("b16.img"), seen.at("b16.img")));
  EXPECT_FALSE(at::equal(before.at("b32"), seen.at("b32")));
  EXPECT_TRUE(at::equal(before.at("b8.img"), seen.at("b8.img")));
}

TEST(Stylegan2, ClampLimitsActivations) {
  const GeneratorPtr g = make_generator(small(R"({"conv_clamp": 0.25})"), at::kCPU, 1);
  double largest = 0;
  SynthesisOptions options;
  options.tap = [&](const std::string& name, const at::Tensor& x) {
    if (name.ends_with("conv1")) largest = std::max(largest, x.abs().max().item<double>());
  };
  picture_of(*g, options);
  EXPECT_EQ(largest, 0.25);
}

TEST(Stylegan2, HalfPrecisionIsNearSingle) {
  const GeneratorPtr g = make_generator(small(R"({"fp16_resolutions": 2, "conv_clamp": 256})"), at::kCPU, 1);
  const at::Tensor single = picture_of(*g), half = picture_of(*g, {.precision = Precision::half});
  EXPECT_FALSE(at::equal(single, half));
  EXPECT_LT((single - half).abs().max().item<double>(), 0.02 * single.abs().max().item<double>());
}

TEST(Stylegan2, LabelsActOnBothNetworks) {
  for (const char* settings : {R"({"labels": "projection"})", R"({"labels": "concat"})"}) {
    const at::NoGradGuard no_grad;
    NetworkSpec spec = small(settings);
    spec.c_dim = 3;
    const GeneratorPtr g = make_generator(spec, at::kCPU, 1);
    const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 1);
    const at::Tensor z = normal({1, 6}).expand({3, 6}).contiguous(), c = at::eye(3);
    const at::Tensor w = g->map(z, c, {});
    EXPECT_FALSE(at::allclose(w[0], w[1]));
    const at::Tensor x = normal({1, 3, 32, 32}).expand({3, 3, 32, 32}).contiguous();
    const at::Tensor logits = d->forward(x, c);
    EXPECT_EQ(logits.sizes(), (std::vector<std::int64_t>{3, 1}));
    EXPECT_FALSE(at::allclose(logits[0], logits[1]));
    EXPECT_THROW(g->map(z, {}, {}), Error);
    EXPECT_THROW(d->forward(x, {}), Error);
  }
}

TEST(Stylegan2, FrozenLayersKeepTheirTensorsAsBuffers) {
  const DiscriminatorPtr d = make_discriminator(small(R"({"freeze_layers": 3})"), at::kCPU, 1);
  const auto parameters = d->named_parameters(), buffers = d->named_buffers();
  for (const char* name : {"b32.fromrgb.weight", "b32.conv0.bias", "b32.conv1.weight"}) {
    EXPECT_FALSE(parameters.contains(name)) << name;
    EXPECT_TRUE(buffers.contains(name)) << name;
  }
  EXPECT_TRUE(parameters.contains("b32.skip.weight"));
}

TEST(Stylegan2, AverageStyleMovesOnlyWhenAsked) {
  const GeneratorPtr g = make_generator(small(), at::kCPU, 1);
  const at::Tensor z = normal({4, 6}), w = g->map(z, {}, {});
  EXPECT_EQ(g->named_buffers()["mapping.w_avg"].abs().sum().item<double>(), 0);
  g->map(z, {}, {.update_average = true});
  EXPECT_TRUE(at::allclose(g->named_buffers()["mapping.w_avg"], w.select(1, 0).mean(0) * 0.005, 1e-4, 1e-7));
}

TEST(Stylegan2, RefusesSizesThatItCannotHave) {
  NetworkSpec spec = small();
  spec.resolution = 64;
  EXPECT_THROW(make_generator(spec, at::kCPU), Error);
  EXPECT_THROW(make_generator(small(R"({"g_architecture": "unet"})"), at::kCPU), Error);
  EXPECT_THROW(make_generator(small(R"({"chanels": [4, 4]})"), at::kCPU), Error);
}

TEST(Stylegan2, AMovedStyleIsComputedFromItsBlockOnToTheSameBits) {
  const at::NoGradGuard no_grad;
  for (const char* architecture : {R"({"channels": [16, 16, 8, 8]})", R"({"g_architecture": "resnet"})"}) {
    const GeneratorPtr kept = make_generator(small(architecture), at::kCPU, 1),
                       fresh = make_generator(small(architecture), at::kCPU, 1);
    set_noise_strength(*kept, 0.3);
    set_noise_strength(*fresh, 0.3);
    auto& keeps = dynamic_cast<KeepsActivations&>(*kept);
    keeps.keep_activations(true);
    at::Tensor w = fresh->map(normal({2, 6}), {}, {});
    SynthesisOptions options;
    const auto check = [&](const char* what) {
      EXPECT_TRUE(kept->synthesize(w, options).equal(fresh->synthesize(w, options))) << what;
    };
    check("at first");
    for (const int row : {7, 4, 1, 0, 5, 5}) {
      w = w.clone();
      w.select(1, row).add_(0.5);
      check("a row moved");
    }
    options.noise_mode = "random";
    check("other noise");
    w.select(1, 6).add_(1);  // in place
    check("the same noise");
    options.noise_seed = 3;
    check("another seed");
    options.noise_strengths = {1, 2, 0.5};
    check("other strengths");
    w = w.narrow(0, 0, 1);
    check("one picture");
    for (const auto& network : {kept, fresh})
      for (at::Tensor parameter : network->parameters()) parameter.mul_(1.1);
    keeps.keep_activations(true);
    check("other weights");
  }
}

TEST(Stylegan2, AMovedStyleLeavesTheBlocksBeforeItAlone) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(small(), at::kCPU, 1);
  dynamic_cast<KeepsActivations&>(*g).keep_activations(true);
  at::Tensor w = g->map(normal({1, 6}), {}, {});
  const at::Tensor before = g->synthesize(w, {});
  for (const auto& item : g->named_parameters())  // what was kept must not be computed again
    if (item.key().starts_with("synthesis.b4.") || item.key().starts_with("synthesis.b8.")) item.value().zero_();
  EXPECT_TRUE(g->synthesize(w, {}).equal(before));
  w.select(1, 7).add_(1);
  EXPECT_FALSE(g->synthesize(w, {}).equal(before));
  w.select(1, 7).sub_(1);
  EXPECT_TRUE(at::allclose(g->synthesize(w, {}), before, 1e-4, 1e-5));
  w.select(1, 1).add_(1);
  EXPECT_FALSE(at::allclose(g->synthesize(w, {}), before, 1e-2, 1e-2));
}

TEST(Stylegan2, EndsWhereTheCallerHasSeenEnough) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(small(), at::kCPU, 1);
  const at::Tensor w = g->map(normal({2, 6}), {}, {});
  std::vector<at::Tensor> seen;
  SynthesisOptions options;
  options.goes_on = [&](const at::Tensor& picture) {
    seen.push_back(picture);
    return true;
  };
  const at::Tensor whole = g->synthesize(w, options);
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_TRUE(seen.back().equal(whole));
  options.goes_on = [](const at::Tensor& picture) { return picture.size(2) < 16; };
  const at::Tensor small_one = g->synthesize(w, options);
  EXPECT_EQ(small_one.size(2), 16);
  EXPECT_TRUE(small_one.equal(seen[2]));
}

}  // namespace
}  // namespace ganvas::models
