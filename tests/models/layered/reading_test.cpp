// State dicts of anybody's programs, read layer by layer.
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/error.h"
#include "models/layered/layers/settings.h"
#include "models/layered/reading/fold_norms.h"
#include "models/networks_in_file.h"
#include "models/traits.h"

namespace ganvas::models {
namespace {

at::Tensor normal(at::IntArrayRef sizes, std::uint64_t seed) {
  return at::empty(sizes).normal_(0, 1, at::make_generator<at::CPUGeneratorImpl>(seed));
}

NetworkSpec layered(const Json& layers, int resolution, int channels, int z_dim) {
  NetworkSpec spec{.family = "layered", .resolution = resolution, .image_channels = channels, .z_dim = z_dim};
  spec.extra["generator"] = layers;
  return spec;
}

/// The weights after many batches, so that the batch norms remember what comes to them.
io::WeightSet settled(const NetworkSpec& spec, std::uint64_t seed = 1) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(spec, at::kCPU, seed);
  int number = 0;
  for (const auto& item : g->named_parameters()) {
    if (item.value().dim() > 1) item.value().copy_(normal(item.value().sizes(), 100 + number++) * 0.2);
    if (item.value().dim() == 1) item.value().add_(normal(item.value().sizes(), 100 + number++) * 0.2);
  }
  g->train();
  for (int i = 0; i < 60; ++i) g->synthesize(g->map(normal({32, spec.z_dim}, 1000 + i), {}, {}), {});
  return weights_of(*g);
}

std::vector<Layer> layers_read(const io::WeightSet& weights) {
  return layered_settings(recognise(weights)).generator;
}

std::string kind_of(const std::vector<Layer>& layers, const std::string& name) {
  for (const Layer& layer : layers)
    if (layer.name == name) return layer.kind;
  return "no layer " + name;
}

/// As `DCGAN`s are: 4x4 kernels, and what stands after each norm.
Json doubling(int z, std::vector<int> channels, int out, const Json& activation, double eps = 1e-5) {
  Json layers = Json::array({{{"name", "in"}, {"kind", "reshape"}, {"shape", {z, 1, 1}}}});
  int from = z, number = 0;
  for (std::size_t i = 0; i <= channels.size(); ++i) {
    const bool last = i == channels.size();
    const int to = last ? out : channels[i];
    Json up{{"name", "main." + std::to_string(number++)},
            {"kind", "transposed_convolution"},
            {"in", from},
            {"out", to},
            {"kernel", {4, 4}},
            {"bias", false}};
    if (i > 0) up["stride"] = {2, 2}, up["padding"] = {1, 1};
    layers.push_back(up);
    if (last) break;
    layers.push_back({{"name", "main." + std::to_string(number++)}, {"kind", "batch_norm"}, {"in", to}, {"eps", eps}});
    Json act = activation;
    act["name"] = "main." + std::to_string(number++);
    layers.push_back(act);
    from = to;
  }
  layers.push_back({{"name", "main." + std::to_string(number)}, {"kind", "tanh"}});
  return layers;
}

void expect_same_pictures(const NetworkSpec& spec, const io::WeightSet& weights, const io::WeightSet& file) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr own = generator_of(spec, weights, at::kCPU);
  const NetworkSpec found = recognise(file);
  const GeneratorPtr read = generator_of(found, file, at::kCPU);
  EXPECT_EQ(found.z_dim, spec.z_dim);
  EXPECT_EQ(found.resolution, spec.resolution);
  const at::Tensor z = normal({4, spec.z_dim}, 7);
  EXPECT_TRUE(
      at::allclose(read->synthesize(read->map(z, {}, {}), {}), own->synthesize(own->map(z, {}, {}), {}), 1e-4, 1e-5));
}

TEST(LayerByLayer, StateDictsOfDcgansMakeTheirPicturesAndKeepTheirNames) {
  for (const int resolution : {32, 64, 128}) {
    NetworkSpec spec{.resolution = resolution, .z_dim = 6};
    spec.extra["channels"] = {8, 6, 4};
    for (int side = 32; side < resolution; side *= 2) spec.extra["channels"].push_back(4);
    for (const bool norm : {true, false}) {
      spec.extra["g_batch_norm"] = spec.extra["d_batch_norm"] = norm;
      const io::WeightSet own = weights_of(*make_generator(spec, at::kCPU, 3));
      expect_same_pictures(spec, own, own);
      EXPECT_EQ(weights_of(*generator_of(recognise(own), own, at::kCPU)).hash(), own.hash());
      const io::WeightSet d = weights_of(*make_discriminator(spec, at::kCPU, 4));
      const Recognised found = recognise_network(d);
      EXPECT_EQ(found.role, Role::discriminator);
      EXPECT_EQ(found.spec.resolution, resolution);
      const at::NoGradGuard no_grad;
      const at::Tensor x = normal({2, 3, resolution, resolution}, 5);
      const DiscriminatorPtr before = discriminator_of(spec, d, at::kCPU),
                             after = discriminator_of(found.spec, d, at::kCPU);
      EXPECT_TRUE(at::allclose(before->forward(x, {}), after->forward(x, {}), 1e-4, 1e-5));
    }
  }
}

TEST(LayerByLayer, WhatIsPutAroundWeightsComesOff) {
  NetworkSpec spec{.resolution = 32, .z_dim = 6};
  spec.extra["channels"] = {8, 6, 4};
  const io::WeightSet g = weights_of(*make_generator(spec, at::kCPU, 3));
  const io::WeightSet d = weights_of(*make_discriminator(spec, at::kCPU, 3));
  const auto put = [](io::WeightSet& file, const std::string& prefix, const io::WeightSet& weights) {
    for (const auto& [name, tensor] : weights.items()) file.set(prefix + name, tensor);
  };
  for (const char* prefix : {"", "module.", "_orig_mod.", "module._orig_mod.", "netG.", "gen."}) {
    io::WeightSet file;
    put(file, prefix, g);
    file.set("n_averaged", at::tensor(7));
    const auto networks = networks_in({.format = "test", .networks = {{"model", file}}});
    ASSERT_TRUE(networks[0].is_generator()) << prefix << networks[0].problem;
    expect_same_pictures(spec, g, networks[0].weights);
  }
  io::WeightSet both;
  put(both, "generator.", g);
  put(both, "discriminator.", d);
  const auto networks = networks_in({.format = "test", .networks = {{"state_dict", both}}});
  ASSERT_EQ(networks.size(), 2U);
  EXPECT_EQ(choose_network(networks, "", "f").name, "generator");
  EXPECT_EQ(networks[1].found->role, Role::discriminator);
}

TEST(LayerByLayer, ADiscriminatorIsNeverOfferedForAGeneratorThatNobodyUnderstands) {
  NetworkSpec spec{.resolution = 32, .z_dim = 6};
  spec.extra["channels"] = {8, 6, 4};
  io::WeightSet odd;
  odd.set("a.weight", at::zeros({3, 5}));
  odd.set("b.weight", at::zeros({3, 5}));
  const auto networks = networks_in(
      {.format = "test",
       .networks = {{"generator", odd}, {"discriminator", weights_of(*make_discriminator(spec, at::kCPU, 3))}}});
  try {
    choose_network(networks, "", "f");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("b takes 5 values"), std::string::npos) << error.what();
  }
  EXPECT_EQ(choose_network(networks, "discriminator", "f").name, "discriminator");
}

TEST(LayerByLayer, BatchNormsTellTheActivation) {
  for (const char* given :
       {R"({"kind": "relu"})", R"({"kind": "leaky_relu"})", R"({"kind": "elu", "slope": 1})", R"({"kind": "tanh"})"}) {
    const Json activation = Json::parse(given);
    const NetworkSpec spec = layered(doubling(16, {48, 32, 24}, 3, activation), 32, 3, 16);
    const io::WeightSet weights = settled(spec);
    const std::vector<Layer> layers = layers_read(weights);
    for (const char* name : {"main.2", "main.5", "main.8"})
      EXPECT_EQ(kind_of(layers, name), activation["kind"].get<std::string>()) << given << " " << name;
    expect_same_pictures(spec, weights, weights);
  }
}

TEST(LayerByLayer, BatchNormsTellTheirEps) {
  for (const double eps : {1e-5, 0.8}) {
    const NetworkSpec spec = layered(doubling(16, {48, 32, 24}, 3, Json::parse(R"({"kind": "relu"})"), eps), 32, 3, 16);
    const io::WeightSet weights = settled(spec);
    for (const Layer& layer : layers_read(weights)) EXPECT_TRUE(layer.kind != "batch_norm" || layer.eps == eps);
    expect_same_pictures(spec, weights, weights);
  }
}

TEST(LayerByLayer, SaysWhatItAssumes) {
  const io::WeightSet weights =
      settled(layered(doubling(16, {48, 32, 24}, 3, Json::parse(R"({"kind": "relu"})")), 32, 3, 16));
  const LayeredSettings settings = layered_settings(recognise(weights));
  const auto says = [&](const std::string& layer, const std::string& key) {
    return std::any_of(settings.assumed.begin(), settings.assumed.end(), [&](const Assumption& said) {
      return said.layer == layer && said.key == key && !said.reason.empty() && !said.others.empty();
    });
  };
  for (const char* name : {"main.2", "main.5", "main.8", "main.10"}) EXPECT_TRUE(says(name, "kind")) << name;
  EXPECT_TRUE(says("main.1", "eps"));
  EXPECT_TRUE(says("main.3", "stride"));
}

TEST(LayerByLayer, ChoicesAreSetAndNoLongerAssumed) {
  const io::WeightSet weights =
      settled(layered(doubling(16, {8, 8, 8}, 3, Json::parse(R"({"kind": "relu"})")), 32, 3, 16));
  std::vector<NetworkInFile> networks = networks_in({.format = "test", .networks = {{"model", weights}}});
  NetworkInFile& network = networks[0];
  set_values(network, {"main.10.kind=sigmoid", "main.1.eps=0.001", "main.2.kind=leaky_relu", "main.2.slope=0.3"});
  const LayeredSettings settings = layered_settings(network.found->spec);
  EXPECT_EQ(kind_of(settings.generator, "main.10"), "sigmoid");
  EXPECT_EQ(pixel_range(settings), (std::vector<double>{0, 1}));
  for (const Assumption& said : settings.assumed)
    EXPECT_FALSE((said.layer == "main.10" || said.layer == "main.2") || (said.layer == "main.1" && said.key == "eps"));
  EXPECT_THROW(set_values(network, {"main.10.kind=sigmoidal"}), Error);
  EXPECT_THROW(set_values(network, {"main.11.kind=relu"}), Error);
  EXPECT_THROW(set_values(network, {"main.3.stride=[1,1,1]"}), Error);
  EXPECT_THROW(set_values(network, {"nothing"}), Error);
  set_values(network, {"main.9.stride=[4,4]", "main.9.padding=[0,0]"});
  EXPECT_EQ(network.found->spec.resolution, 64);
}

TEST(LayerByLayer, NumbersInNamesAreTheOrderWhateverTheFilesIs) {
  const NetworkSpec spec = layered(doubling(16, {8, 8, 8}, 3, Json::parse(R"({"kind": "relu"})")), 32, 3, 16);
  const io::WeightSet weights = settled(spec);
  std::vector<io::WeightSet::Item> sorted = weights.items();
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  io::WeightSet file;
  for (const auto& [name, tensor] : sorted) file.set(name, tensor);
  expect_same_pictures(spec, weights, file);
}

TEST(LayerByLayer, NormsThatAreMadeBehindAllElseStandBehindWhatTheyNorm) {
  Json layers = doubling(16, {8, 8, 8}, 3, Json::parse(R"({"kind": "relu"})"));
  std::map<std::string, int> numbers;
  for (Json& layer : layers) {  // conv1, bn1, conv2, ...
    const std::string kind = layer["kind"];
    if (kind == "transposed_convolution") layer["name"] = "conv" + std::to_string(++numbers[kind]);
    if (kind == "batch_norm") layer["name"] = "bn" + std::to_string(++numbers[kind]);
  }
  const NetworkSpec spec = layered(layers, 32, 3, 16);
  const io::WeightSet weights = settled(spec);
  io::WeightSet file;
  for (const char* start : {"conv", "bn"})
    for (const auto& [name, tensor] : weights.items())
      if (name.starts_with(start)) file.set(name, tensor);
  expect_same_pictures(spec, weights, file);
}

TEST(LayerByLayer, AnActivationThatIsMissingInOnePlaceIsFound) {
  Json layers = doubling(16, {48, 32, 24}, 3, Json::parse(R"({"kind": "relu"})"));
  ASSERT_EQ(layers[6]["name"], "main.5");
  layers[6]["kind"] = "identity";
  const NetworkSpec spec = layered(layers, 32, 3, 16);
  const io::WeightSet weights = settled(spec);
  EXPECT_EQ(kind_of(layers_read(weights), "main.5"), "identity");
  expect_same_pictures(spec, weights, weights);
}

TEST(LayerByLayer, PicturesMayBeOfAnyShape) {
  for (const auto& [high, wide] : {std::pair{8, 4}, std::pair{4, 7}, std::pair{6, 3}}) {
    Json layers = doubling(16, {12, 8}, 4, Json::parse(R"({"kind": "relu"})"));
    layers[1]["kernel"] = {high, wide};
    NetworkSpec spec = layered(layers, 4 * high, 4, 16);
    spec.extra["width"] = 4 * wide;
    const io::WeightSet weights = settled(spec);
    EXPECT_EQ(picture_width(recognise(weights)), 4 * wide);
    expect_same_pictures(spec, weights, weights);
  }
  io::WeightSet dense;  // 6 values to 8 channels of 8x4 pixels
  dense.set("fc.weight", normal({8 * 32, 6}, 1));
  dense.set("norm.weight", normal({8}, 2));
  dense.set("norm.bias", normal({8}, 3));
  dense.set("norm.running_mean", normal({8}, 4));
  dense.set("norm.running_var", normal({8}, 5).square() + 1);
  dense.set("up.weight", normal({8, 3, 4, 4}, 6));
  const NetworkSpec spec = recognise(dense);
  EXPECT_EQ(spec.resolution, 16);
  EXPECT_EQ(picture_width(spec), 8);
  std::vector<NetworkInFile> networks = networks_in({.format = "test", .networks = {{"model", dense}}});
  set_values(networks[0], {"fc:shape.shape=[8,4,8]"});
  EXPECT_EQ(networks[0].found->spec.resolution, 8);
  EXPECT_EQ(picture_width(networks[0].found->spec), 16);
}

TEST(LayerByLayer, AMissingHalfFitsPicturesOfAnyShape) {
  const at::NoGradGuard no_grad;
  for (const int c_dim : {0, 3}) {
    NetworkSpec spec{.family = "layered", .resolution = 32, .image_channels = 2, .z_dim = 5, .c_dim = c_dim};
    spec.extra["width"] = 24;
    const GeneratorPtr g = make_generator(spec, at::kCPU, 1);
    const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 2);
    const at::Tensor c = c_dim > 0 ? at::eye(3).slice(0, 0, 2) : at::Tensor();
    const at::Tensor pictures = g->synthesize(g->map(normal({2, 5}, 1), c, {}), {});
    EXPECT_EQ(pictures.sizes(), (std::vector<std::int64_t>{2, 2, 32, 24}));
    EXPECT_EQ(d->forward(pictures, c).sizes(), (std::vector<std::int64_t>{2, 1}));
    if (c_dim > 0) continue;
    const Recognised found = recognise_network(weights_of(*d));
    EXPECT_EQ(found.role, Role::discriminator);
    EXPECT_EQ(picture_width(found.spec) * 4, found.spec.resolution * 3);
  }
}

TEST(LayerByLayer, OtherKindsOfNetworksAreNamed) {
  const auto complaint = [](const std::vector<std::pair<std::string, Sizes>>& tensors) {
    io::WeightSet file;
    for (const auto& [name, sizes] : tensors) file.set(name, at::zeros(sizes));
    try {
      recognise_network(file);
      return std::string();
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  EXPECT_NE(
      complaint({{"conv.weight", {8, 3, 3, 3}}, {"fc.weight", {10, 8}}, {"fc.bias", {10}}}).find("classifier of 10"),
      std::string::npos);
  EXPECT_NE(complaint({{"a.weight", {8, 3, 3, 3}}, {"b.weight", {3, 8, 3, 3}}}).find("autoencoder"), std::string::npos);
  EXPECT_NE(complaint({{"time_embed.0.weight", {8, 8}}}).find("diffusion"), std::string::npos);
  EXPECT_NE(complaint({{"fc.weight", {7, 4}}}).find("gives 7"), std::string::npos);
}

TEST(LayerByLayer, NormsOfWeightsAreFolded) {
  const at::Tensor weight = normal({6, 4, 3, 3}, 1), u = normal({6}, 2), v = normal({36}, 3),
                   g = normal({6, 1, 1, 1}, 4);
  const at::Tensor sigma = at::dot(u, at::mv(weight.flatten(1), v));
  const at::Tensor normed = g * weight / weight.flatten(1).norm(2, {1}).view({6, 1, 1, 1});
  const std::vector<std::tuple<std::string, std::string, std::string, bool>> forms{
      {"weight_orig", "weight_u", "weight_v", true},
      {"parametrizations.weight.original", "parametrizations.weight.0._u", "parametrizations.weight.0._v", true},
      {"weight_g", "weight_v", "", false},
      {"parametrizations.weight.original0", "parametrizations.weight.original1", "", false}};
  for (const auto& [first, second, third, spectral] : forms) {
    io::WeightSet file;
    file.set("a." + first, spectral ? weight : g);
    file.set("a." + second, spectral ? u : weight);
    if (!third.empty()) file.set("a." + third, v);
    file.set("a.bias", u);
    const io::WeightSet plain = with_plain_weights(file);
    EXPECT_EQ(plain.size(), 2U) << first;
    EXPECT_TRUE(at::allclose(plain.at("a.weight"), spectral ? weight / sigma : normed)) << first;
  }
}

}  // namespace
}  // namespace ganvas::models
