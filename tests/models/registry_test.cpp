// Every registered family, through the same checks.
#include <gtest/gtest.h>

#include "core/error.h"
#include "models/generator.h"

namespace ganvas::models {
namespace {

/// Small specifications of each family: what a user could choose. Of a family that this file does not know, its
/// defaults.
std::vector<NetworkSpec> specs_of(const std::string& family) {
  std::vector<NetworkSpec> specs;
  if (family == "dcgan") {
    for (const int resolution : {32, 64, 128}) {
      NetworkSpec spec;
      spec.resolution = resolution;
      spec.z_dim = 12;
      spec.extra["channels"] = {8, 6, 4};
      for (int side = 32; side < resolution; side *= 2) spec.extra["channels"].push_back(4);
      specs.push_back(spec);
      spec.image_channels = 1;
      spec.extra["output"] = "sigmoid";
      spec.extra["g_batch_norm"] = spec.extra["d_batch_norm"] = false;
      spec.extra["g_activation"] = "leaky_relu";
      spec.extra["bias"] = true;
      spec.extra["init"] = "normal002";
      specs.push_back(spec);
    }
  }
  if (family == "wgan") {
    for (const char* settings : {
             R"({"g_channels": 3, "d_channels": 2})",
             R"({"g_channels": 2, "d_channels": 3, "extra_layers": 2, "g_batch_norm": false})",
             R"({"g_channels": 8, "d_channels": 8, "g_mlp": true, "d_mlp": true})",
         })
      specs.push_back({.family = family, .resolution = 32, .z_dim = 7, .extra = Json::parse(settings)});
  }
  if (family == "wgan_gp") {
    for (const char* form : {"conv", "resnet"}) {
      const Json settings{{"form", form}, {"channels", 2}};
      for (const int resolution : {32, 64})
        specs.push_back({.family = family, .resolution = resolution, .z_dim = 7, .extra = settings});
    }
  }
  if (family == "stylegan") {
    for (const char* settings : {
             R"({"channels": [6, 5, 4, 3], "d_dense": 5, "mapping_layers": 2, "mapping_channels": 9})",
             R"({"channels": [4, 2], "fused_scale": "on", "blur": [], "mbstd_group": 0, "normalize_z": false})",
         }) {
      NetworkSpec spec{.family = family, .z_dim = 7, .w_dim = 8, .extra = Json::parse(settings)};
      spec.resolution = 4 << (spec.extra["channels"].size() - 1);
      specs.push_back(spec);
    }
  }
  if (family == "stylegan2") {
    for (const char* settings : {
             R"({"channel_base": 64, "channel_max": 6, "mapping_layers": 2, "mbstd_group": 0})",
             R"({"channels": [6, 5, 4], "g_architecture": "resnet", "d_architecture": "skip", "mapping_channels": 5})",
             R"({"channels": [3, 2, 4], "d_channels": [4, 5, 2], "g_architecture": "orig", "d_architecture": "orig",
                 "activation": "swish", "conv_clamp": 3, "freeze_layers": 2, "mbstd_channels": 2})",
         })
      specs.push_back({.family = family, .resolution = 16, .z_dim = 7, .w_dim = 8, .extra = Json::parse(settings)});
  }
  if (family == "stylegan3") {
    for (const char* settings : {
             R"({"channels": [6, 5, 5, 4]})",
             R"({"channels": [6, 5, 4], "conv_kernel": 1, "radial_filters": true, "mapping_layers": 1})",
         })
      specs.push_back({.family = family, .resolution = 16, .z_dim = 7, .w_dim = 8, .extra = Json::parse(settings)});
  }
  if (family == "layered") {
    specs.push_back({.family = family, .resolution = 28, .image_channels = 1, .z_dim = 7});
    const Json settings = Json::parse(R"({"generator": [
        {"name": "fc", "kind": "linear", "in": 7, "out": 64},
        {"name": "grid", "kind": "reshape", "shape": [4, 4, 4]},
        {"name": "body.0", "kind": "batch_norm", "in": 4, "eps": 0.8},
        {"name": "body.1", "kind": "upsample"},
        {"name": "body.2", "kind": "convolution", "in": 4, "out": 4, "kernel": [3, 3], "padding": [1, 1]},
        {"name": "sum", "kind": "add", "inputs": ["body.1", "body.2"]},
        {"name": "look", "kind": "attention", "in": 4, "out": 2},
        {"name": "out", "kind": "transposed_convolution", "in": 4, "out": 3, "kernel": [4, 4], "stride": [2, 2],
         "padding": [1, 1]},
        {"name": "range", "kind": "sigmoid"}]})");
    specs.push_back({.family = family, .resolution = 16, .z_dim = 7, .extra = settings});
  }
  if (specs.empty()) specs.push_back({.family = family, .resolution = 32, .z_dim = 7, .w_dim = 7});
  return specs;
}

class EveryFamily : public testing::TestWithParam<std::string> {};

TEST_P(EveryFamily, MakesPicturesOfItsSizeInRange) {
  const at::NoGradGuard no_grad;
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
    g->eval();
    const at::Tensor z = at::randn({2, spec.z_dim});
    const at::Tensor w = g->map(z, {}, {});
    EXPECT_EQ(w.sizes(), (std::vector<std::int64_t>{2, g->spec().num_ws, g->spec().w_dim}));
    const at::Tensor x = g->synthesize(w, {});
    EXPECT_EQ(x.sizes(), (std::vector<std::int64_t>{2, spec.image_channels, spec.resolution, spec.resolution}));
    EXPECT_TRUE(at::isfinite(x).all().item<bool>());
    const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 4);
    EXPECT_EQ(d->forward(x, {}).sizes(), (std::vector<std::int64_t>{2, 1}));
  }
}

TEST_P(EveryFamily, TruncationToZeroGivesOnePictureForAllLatents) {
  const at::NoGradGuard no_grad;
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
    g->eval();
    const at::Tensor w = g->map(at::randn({2, spec.z_dim}), {}, {.truncation_psi = 0.0});
    EXPECT_TRUE(at::equal(w[0], w[1]));
  }
}

TEST_P(EveryFamily, FreshWeightsComeFromTheSeedAlone) {
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const std::string first = weights_of(*make_generator(spec, at::kCPU, 3)).hash();
    at::manual_seed(99);
    EXPECT_EQ(weights_of(*make_generator(spec, at::kCPU, 3)).hash(), first);
    EXPECT_NE(weights_of(*make_generator(spec, at::kCPU, 4)).hash(), first);
  }
}

TEST_P(EveryFamily, LoadsWhatItSavesAndRefusesOtherSizes) {
  const at::NoGradGuard no_grad;
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
    const io::WeightSet weights = model_file_of(*g);
    const Recognised found = recognise_network(weights);
    EXPECT_EQ(found.role, Role::generator);
    EXPECT_EQ(to_json(found.spec), to_json(g->spec()));
    const GeneratorPtr other = make_generator(found.spec, at::kCPU, 8);
    load_weights(*other, weights);
    EXPECT_EQ(weights_of(*other).hash(), weights_of(*g).hash());

    NetworkSpec wider = spec;
    wider.z_dim += 1;
    wider.w_dim = wider.z_dim;
    EXPECT_THROW(load_weights(*make_generator(wider, at::kCPU), weights), Error);
    io::WeightSet partial;
    for (std::size_t i = 1; i < weights.size(); ++i) partial.set(weights.items()[i].first, weights.items()[i].second);
    EXPECT_THROW(load_weights(*other, partial), Error);

    const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 5);
    EXPECT_EQ(recognise_network(model_file_of(*d)).role, Role::discriminator);
    EXPECT_THROW(recognise(model_file_of(*d)), Error);
  }
}

TEST_P(EveryFamily, EveryParameterGetsAGradient) {
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
    const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 4);
    d->forward(g->synthesize(g->map(at::randn({4, spec.z_dim}), {}, {}), {}), {}).sum().backward();
    for (const auto& item : g->named_parameters()) EXPECT_TRUE(item.value().grad().defined()) << item.key();
    for (const auto& item : d->named_parameters()) EXPECT_TRUE(item.value().grad().defined()) << item.key();
  }
}

TEST_P(EveryFamily, SpecificationsSurviveJson) {
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    EXPECT_EQ(to_json(network_spec_from_json(to_json(spec))), to_json(spec));
  }
}

INSTANTIATE_TEST_SUITE_P(Families, EveryFamily, testing::ValuesIn(family_names()));

TEST(Registry, UnknownFamilyNamesTheKnownOnes) {
  NetworkSpec spec;
  spec.family = "vae";
  try {
    make_generator(spec, at::kCPU);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("dcgan"), std::string::npos);
  }
}

TEST(Registry, ForeignTensorsAreRefusedWithTheirNames) {
  io::WeightSet weights;
  weights.set("encoder.weight", at::zeros({2, 2}));
  try {
    recognise(weights);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("encoder.weight"), std::string::npos);
  }
}

}  // namespace
}  // namespace ganvas::models
