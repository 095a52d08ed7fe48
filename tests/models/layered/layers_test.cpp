// Every kind of layer, through the same checks.
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <map>

#include "core/error.h"
#include "models/layered/layered.h"
#include "models/layered/layers/chain.h"

namespace ganvas::models {
namespace {

struct Sample {
  Layer layer;
  std::vector<Sizes> inputs;
};

/// A layer of each kind that is no plain activation, with values that are not the defaults.
const std::map<std::string, Sample>& samples() {
  static const std::map<std::string, Sample> table{
      {"linear", {{.in = 5, .out = 7}, {{5}}}},
      {"convolution",
       {{.in = 4, .out = 6, .kernel = {3, 2}, .stride = {2, 1}, .padding = {1, 2, 0, 1}, .groups = 2}, {{4, 7, 6}}}},
      {"transposed_convolution",
       {{.in = 4, .out = 6, .kernel = {4, 3}, .stride = {2, 3}, .padding = {1, 0}, .output_padding = {1, 2}},
        {{4, 5, 3}}}},
      {"embedding", {{.in = 3, .out = 4}, {{3}}}},
      {"batch_norm", {{.in = 4, .eps = 0.8}, {{4, 3, 3}}}},
      {"instance_norm", {{.in = 4}, {{4, 3, 3}}}},
      {"group_norm", {{.in = 4, .groups = 2}, {{4, 3, 3}}}},
      {"layer_norm", {{.shape = {3, 3}}, {{4, 3, 3}}}},
      {"prelu", {{.in = 4}, {{4, 3, 3}}}},
      {"attention", {{.in = 8, .out = 2}, {{8, 3, 3}}}},
      {"upsample", {{.scale = {3, 2}, .mode = "bilinear"}, {{2, 3, 4}}}},
      {"pixel_shuffle", {{.scale = {2, 2}}, {{8, 3, 4}}}},
      {"average_pool", {{.kernel = {2, 2}, .stride = {2, 2}}, {{2, 5, 4}}}},
      {"max_pool", {{.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}}, {{2, 5, 4}}}},
      {"global_average_pool", {{}, {{2, 5, 4}}}},
      {"pad", {{.padding = {1, 2, 3, 0}, .mode = "replicate"}, {{2, 5, 4}}}},
      {"reshape", {{.shape = {2, -1, 3}}, {{12}}}},
      {"channels_first", {{}, {{5, 4, 3}}}},
      {"channels_last", {{}, {{3, 5, 4}}}},
      {"flatten", {{}, {{2, 3, 4}}}},
      {"add", {{}, {{2, 3, 4}, {2, 3, 4}}}},
      {"multiply", {{}, {{2, 3, 4}, {2, 3, 4}}}},
      {"concatenate", {{}, {{2, 3, 4}, {5, 3, 4}}}},
  };
  return table;
}

class Owner final : public torch::nn::Module {};

TEST(LayerKinds, EachMakesTheSizesThatItSaysAndIsDifferentiable) {
  for (const LayerKind& kind : layer_kinds()) {
    SCOPED_TRACE(kind.name);
    const auto found = samples().find(kind.name);
    ASSERT_TRUE(found != samples().end() || kind.activation) << "it has no sample in this test";
    Sample sample = kind.activation ? Sample{{}, {{2, 3, 4}}} : found->second;
    sample.layer.name = "here";
    sample.layer.kind = kind.name;
    std::vector<std::pair<std::string, Sizes>> inputs;
    std::map<std::string, at::Tensor> given;
    at::Generator random = at::make_generator<at::CPUGeneratorImpl>(1);
    for (const Sizes& sizes : sample.inputs) {
      const std::string name = "in" + std::to_string(inputs.size());
      inputs.emplace_back(name, sizes);
      sample.layer.inputs.push_back(name);
      Sizes batch{2};
      batch.insert(batch.end(), sizes.begin(), sizes.end());
      given[name] = at::empty(batch).normal_(0, 1, random).requires_grad_(true);
    }
    Owner owner;
    const LayerChain chain(owner, {sample.layer}, inputs, random);
    const at::Tensor y = chain.run(given);
    Sizes made = y.sizes().vec();
    EXPECT_EQ(made[0], 2);
    made.erase(made.begin());
    EXPECT_EQ(made, chain.sizes());
    y.sum().backward();
    for (const auto& [name, x] : given) EXPECT_TRUE(x.grad().defined()) << name;
    for (const auto& item : owner.named_parameters()) {
      EXPECT_TRUE(item.key().starts_with("here.")) << item.key();
      EXPECT_TRUE(item.value().grad().defined()) << item.key();
    }
    EXPECT_EQ(layers_from_json(to_json({sample.layer}), "the test").size(), 1U);
    EXPECT_EQ(to_json(layers_from_json(to_json({sample.layer}), "the test")), to_json({sample.layer}));
  }
}

at::Tensor ran(const Layer& layer, const at::Tensor& x, const NamedTensors& tensors = {}) {
  return layer_kind(layer.kind).run(layer, tensors, {x});
}

TEST(LayerKinds, CutAllSidesOfATransposedConvolutionApart) {
  const at::Tensor x = at::randn({1, 2, 3, 3}), weight = at::randn({2, 4, 5, 5});
  const Layer uneven{
      .kind = "transposed_convolution", .in = 2, .out = 4, .kernel = {5, 5}, .stride = {2, 2}, .padding = {1, 1, 2, 2}};
  const at::Tensor whole = at::conv_transpose2d(x, weight, {}, 2);
  EXPECT_TRUE(at::equal(ran(uneven, x, {{"weight", weight}}), whole.slice(2, 1, 7).slice(3, 1, 7)));
}

TEST(LayerKinds, DoWhatTheirNamesSay) {
  const at::Tensor x = at::linspace(-2, 2, 9).view({1, 1, 3, 3});
  EXPECT_TRUE(at::equal(ran({.kind = "leaky_relu", .slope = 0.5}, x), at::where(x > 0, x, x * 0.5)));
  EXPECT_TRUE(at::equal(ran({.kind = "hardtanh", .low = -1, .high = 0.5}, x), x.clamp(-1, 0.5)));
  EXPECT_TRUE(at::allclose(ran({.kind = "elu", .slope = 2}, x), at::where(x > 0, x, 2 * (x.exp() - 1))));
  EXPECT_TRUE(at::allclose(ran({.kind = "silu"}, x), x * x.sigmoid()));
  EXPECT_TRUE(at::equal(ran({.kind = "rescale", .factor = 2, .plus = 1}, x), x * 2 + 1));
  EXPECT_TRUE(at::equal(ran({.kind = "dropout"}, x), x));
  EXPECT_TRUE(at::equal(ran({.kind = "channels_first"}, at::arange(6).view({1, 1, 2, 3})).flatten(),
                        at::tensor({0, 3, 1, 4, 2, 5})));
}

std::string refusal(const std::vector<Layer>& layers, const Sizes& input) {
  try {
    sizes_of(layers, {{"z", input}});
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Layers, ThatDoNotFitAreNamed) {
  const Layer linear{.name = "fc", .kind = "linear", .in = 4, .out = 8};
  EXPECT_EQ(refusal({linear}, {4}), "");
  EXPECT_NE(refusal({linear}, {5}).find("fc"), std::string::npos);
  EXPECT_NE(refusal({linear, linear}, {4}).find("Two layers are called"), std::string::npos);
  EXPECT_NE(refusal({{.name = "a", .kind = "convolver"}}, {4}).find("convolution"), std::string::npos);
  EXPECT_NE(refusal({{.name = "a", .kind = "relu", .inputs = {"b"}}}, {4}).find("\"b\""), std::string::npos);
  const Layer huge{.name = "up", .kind = "upsample", .scale = {64, 64}};
  Layer more = huge;
  more.name = "up2";
  EXPECT_NE(refusal({huge, more}, {64, 64, 64}).find("more values"), std::string::npos);
}

TEST(Layers, AreRefusedByTheirValues) {
  EXPECT_THROW(layers_from_json(Json::parse(R"([{"name": "a", "kind": "relu", "strides": 2}])"), "it"), Error);
  EXPECT_THROW(layers_from_json(Json::parse(R"([{"name": "a", "kind": "relu", "stride": [0, 1]}])"), "it"), Error);
  EXPECT_THROW(layers_from_json(Json::parse(R"([{"kind": "relu"}])"), "it"), Error);
  EXPECT_THROW(layers_from_json(Json::parse("{}"), "it"), Error);
}

TEST(LayeredGenerator, PutsLabelsBehindTheLatentAndPicturesIntoTheirRange) {
  const at::NoGradGuard no_grad;
  NetworkSpec spec{.family = "layered", .resolution = 8, .image_channels = 1, .z_dim = 3, .c_dim = 2};
  spec.extra = Json::parse(R"({"generator": [
      {"name": "emb", "kind": "embedding", "inputs": ["label"], "in": 2, "out": 5},
      {"name": "both", "kind": "concatenate", "inputs": ["z", "emb"]},
      {"name": "fc", "kind": "linear", "in": 8, "out": 64},
      {"name": "out", "kind": "sigmoid"},
      {"name": "picture", "kind": "reshape", "shape": [1, 8, 8]}], "pixels": [0, 1]})");
  const GeneratorPtr g = make_generator(spec, at::kCPU, 1);
  const at::Tensor z = at::randn({4, 3}), c = at::tensor({1.0f, 0.0f, 0.0f, 1.0f, 0.5f, 0.5f, 0.0f, 0.0f}).view({4, 2});
  const at::Tensor w = g->map(z, c, {.truncation_psi = 0.5});
  EXPECT_TRUE(at::equal(w.select(1, 0), at::cat({z * 0.5, c}, 1)));
  const io::WeightSet weights = weights_of(*g);
  const at::Tensor x = at::cat({z * 0.5, at::matmul(c, weights.at("emb.weight"))}, 1);
  const at::Tensor expected = at::linear(x, weights.at("fc.weight"), weights.at("fc.bias")).sigmoid() * 2 - 1;
  EXPECT_TRUE(at::allclose(g->synthesize(w, {}).flatten(1), expected, 1e-5, 1e-6));
  EXPECT_THROW(g->map(z, {}, {}), Error);
}

}  // namespace
}  // namespace ganvas::models
