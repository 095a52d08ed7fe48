// Every argument of the public constructors of the families' programs: it is honoured, or refused by its name, or shows
// in the tensors, or changes no picture. What an argument does not say is never guessed.
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "models/networks_in_file.h"
#include "models/reference_models.h"
#include "models/stylegan/layers.h"

namespace ganvas::models {
namespace {

enum class Answer {
  honoured,  ///< another value makes another network
  refused,   ///< another value is refused by its name
  silent,    ///< it shows in the tensors, or has no effect on pictures
};

struct Argument {
  const char* place;  ///< of the arguments by name: "" or "mapping_kwargs"
  const char* name;
  Json other;  ///< a value that is not the one in the file
  Answer answer;
};

io::WeightSet reference_network(const std::string& file, const std::string& name) {
  for (const auto& path : reference_models()) {
    if (short_name(path) != file) continue;
    for (io::NamedNetwork& network : io::open_model_file(path).networks)
      if (network.name == name) return network.weights;
  }
  throw Error("no network " + name + " in " + file);
}

void expect_answers(const io::WeightSet& weights, const char* kept_as, const std::vector<Argument>& arguments) {
  ASSERT_TRUE(weights.metadata.contains(kept_as));
  const Json before = to_json(recognise_network(weights).spec);
  for (const Argument& argument : arguments) {
    io::WeightSet other = weights;
    Json& kept = other.metadata[kept_as];
    Json& place = *argument.place == '\0' ? kept : kept[argument.place];
    if (place.is_null()) place = Json::object();
    EXPECT_FALSE(place.contains(argument.name) && place[argument.name] == argument.other) << argument.name;
    place[argument.name] = argument.other;
    std::string refusal;
    Json after;
    try {
      after = to_json(recognise_network(other).spec);
    } catch (const Error& error) {
      refusal = error.what();
    }
    if (argument.answer == Answer::refused) {
      EXPECT_NE(refusal.find(std::string("\"") + argument.name + "\""), std::string::npos) << argument.name << refusal;
      continue;
    }
    EXPECT_EQ(refusal, "") << argument.name;
    EXPECT_EQ(after != before, argument.answer == Answer::honoured) << argument.place << " " << argument.name;
  }
}

TEST(ConstructorArguments, OfStylegan2AdaGenerator) {
  const io::WeightSet g = reference_network("sg2ada_main/network-snapshot-000025.pkl", "G_ema");
  const char *mapping = "mapping_kwargs", *synthesis = "synthesis_kwargs";
  expect_answers(g, "init_kwargs",
                 {{"", "z_dim", 3, Answer::silent},
                  {"", "c_dim", 3, Answer::silent},
                  {"", "w_dim", 3, Answer::silent},
                  {"", "img_resolution", 3, Answer::silent},
                  {"", "img_channels", 3000, Answer::silent},
                  {mapping, "num_layers", 30, Answer::silent},
                  {mapping, "embed_features", 3, Answer::silent},
                  {mapping, "layer_features", 3, Answer::silent},
                  {mapping, "activation", "relu", Answer::honoured},
                  {mapping, "lr_multiplier", 0.5, Answer::honoured},
                  {mapping, "w_avg_beta", 0.5, Answer::honoured},
                  {synthesis, "channel_base", 3, Answer::silent},
                  {synthesis, "channel_max", 3, Answer::silent},
                  {synthesis, "num_fp16_res", 3, Answer::honoured},
                  {synthesis, "architecture", "none", Answer::silent},
                  {synthesis, "resample_filter", {1, 2, 1}, Answer::silent},
                  {synthesis, "conv_clamp", 3, Answer::honoured},
                  {synthesis, "fp16_channels_last", true, Answer::silent},
                  {synthesis, "fused_modconv_default", false, Answer::silent},
                  {synthesis, "kernel_size", 5, Answer::refused},
                  {synthesis, "use_noise", false, Answer::silent},
                  {synthesis, "activation", "relu", Answer::honoured}});
}

TEST(ConstructorArguments, OfStylegan2AdaDiscriminator) {
  const io::WeightSet d = reference_network("sg2ada_cond_map8/network-snapshot-000025.pkl", "D");
  const char *mapping = "mapping_kwargs", *block = "block_kwargs", *epilogue = "epilogue_kwargs";
  expect_answers(d, "init_kwargs",
                 {{"", "c_dim", 3, Answer::silent},
                  {"", "img_resolution", 3, Answer::silent},
                  {"", "img_channels", 3000, Answer::silent},
                  {"", "architecture", "none", Answer::silent},
                  {"", "channel_base", 3, Answer::silent},
                  {"", "channel_max", 3, Answer::silent},
                  {"", "num_fp16_res", 3, Answer::honoured},
                  {"", "conv_clamp", 3, Answer::honoured},
                  {"", "cmap_dim", 3, Answer::silent},
                  {mapping, "num_layers", 30, Answer::silent},
                  {mapping, "embed_features", 3, Answer::silent},
                  {mapping, "layer_features", 3, Answer::silent},
                  {mapping, "activation", "relu", Answer::honoured},
                  {mapping, "lr_multiplier", 0.5, Answer::honoured},
                  {block, "activation", "relu", Answer::honoured},
                  {block, "resample_filter", {1, 2, 1}, Answer::silent},
                  {block, "fp16_channels_last", true, Answer::silent},
                  {block, "freeze_layers", 3, Answer::honoured},
                  {epilogue, "mbstd_group_size", 3, Answer::honoured},
                  {epilogue, "mbstd_num_channels", 3, Answer::silent},
                  {epilogue, "activation", "relu", Answer::honoured}});
}

TEST(ConstructorArguments, ByPlaceAreThoseByName) {
  const auto moved = [](io::WeightSet weights, const std::vector<const char*>& names) {
    Json by_name = weights.metadata["init_kwargs"], by_place = Json::array();
    for (const char* name : names) by_place.push_back(by_name.value(name, Json()));
    for (const char* name : names) by_name.erase(name);
    weights.metadata["init_kwargs"] = by_name;
    weights.metadata["init_args"] = by_place;
    return weights;
  };
  io::WeightSet g = reference_network("sg2ada_main/network-snapshot-000025.pkl", "G_ema");
  g.metadata["init_kwargs"]["synthesis_kwargs"]["activation"] = "elu";
  g.metadata["init_kwargs"]["mapping_kwargs"]["activation"] = "swish";
  const std::vector<const char*> of_g{"z_dim",        "c_dim",          "w_dim",           "img_resolution",
                                      "img_channels", "mapping_kwargs", "synthesis_kwargs"};
  EXPECT_EQ(to_json(recognise_network(moved(g, of_g)).spec), to_json(recognise_network(g).spec));
  EXPECT_EQ(recognise_network(g).spec.extra["activation"], "elu");
  EXPECT_EQ(recognise_network(g).spec.extra["mapping_activation"], "swish");
}

TEST(ConstructorArguments, OfStylegan3) {
  const io::WeightSet g = reference_network("stylegan3_t/network-snapshot-000040.pkl", "G_ema");
  expect_answers(g, "init_kwargs",
                 {{"", "z_dim", 3, Answer::silent},
                  {"", "c_dim", 3, Answer::silent},
                  {"", "w_dim", 3, Answer::silent},
                  {"", "img_resolution", 3, Answer::silent},
                  {"", "img_channels", 3000, Answer::silent},
                  {"mapping_kwargs", "num_layers", 30, Answer::silent},
                  {"mapping_kwargs", "lr_multiplier", 0.5, Answer::honoured},
                  {"mapping_kwargs", "w_avg_beta", 0.5, Answer::silent},
                  {"", "channel_base", 3, Answer::silent},
                  {"", "channel_max", 3, Answer::silent},
                  {"", "num_layers", 3, Answer::silent},
                  {"", "num_critical", 3, Answer::honoured},
                  {"", "first_cutoff", 3, Answer::honoured},
                  {"", "first_stopband", 3, Answer::honoured},
                  {"", "last_stopband_rel", 3, Answer::honoured},
                  {"", "margin_size", 3, Answer::honoured},
                  {"", "output_scale", 3, Answer::honoured},
                  {"", "num_fp16_res", 3, Answer::honoured},
                  {"", "conv_kernel", 30, Answer::silent},
                  {"", "filter_size", 3, Answer::honoured},
                  {"", "lrelu_upsampling", 3, Answer::honoured},
                  {"", "use_radial_filters", true, Answer::honoured},
                  {"", "conv_clamp", 3, Answer::honoured},
                  {"", "magnitude_ema_beta", 0.5, Answer::honoured}});
}

TEST(ConstructorArguments, OfStyleganOf2019) {
  const std::string file = "stylegan1_tf_cond/network-snapshot-000120.pkl";
  const std::vector<Argument> both{
      {"", "num_channels", 3000, Answer::silent},   {"", "resolution", 3, Answer::silent},
      {"", "label_size", 5, Answer::silent},        {"", "fmap_base", 3, Answer::silent},
      {"", "fmap_decay", 3, Answer::silent},        {"", "fmap_max", 3, Answer::silent},
      {"", "use_wscale", false, Answer::refused},   {"", "nonlinearity", "relu", Answer::honoured},
      {"", "fused_scale", false, Answer::honoured}, {"", "blur_filter", {1, 3, 3, 1}, Answer::honoured},
      {"", "structure", "linear", Answer::silent},  {"", "dtype", "float64", Answer::silent}};
  std::vector<Argument> of_g{{"", "latent_size", 3, Answer::silent},
                             {"", "dlatent_size", 3, Answer::silent},
                             {"", "mapping_layers", 30, Answer::silent},
                             {"", "mapping_fmaps", 3, Answer::silent},
                             {"", "mapping_lrmul", 0.5, Answer::honoured},
                             {"", "mapping_nonlinearity", "relu", Answer::honoured},
                             {"", "normalize_latents", false, Answer::honoured},
                             {"", "use_styles", false, Answer::refused},
                             {"", "const_input_layer", false, Answer::refused},
                             {"", "use_noise", false, Answer::refused},
                             {"", "randomize_noise", false, Answer::silent},
                             {"", "use_pixel_norm", true, Answer::honoured},
                             {"", "use_instance_norm", false, Answer::honoured},
                             {"", "truncation_psi", 0.3, Answer::silent},
                             {"", "truncation_cutoff", 3, Answer::silent},
                             {"", "dlatent_avg_beta", 0.3, Answer::silent},
                             {"", "style_mixing_prob", 0.3, Answer::silent}};
  std::vector<Argument> of_d{{"", "mbstd_group_size", 3, Answer::honoured},
                             {"", "mbstd_num_features", 3, Answer::silent}};
  of_g.insert(of_g.end(), both.begin(), both.end());
  of_d.insert(of_d.end(), both.begin(), both.end());
  expect_answers(reference_network(file, "G_ema"), "static_kwargs", of_g);
  expect_answers(reference_network(file, "D"), "static_kwargs", of_d);
}

TEST(ConstructorArguments, OfStylegan2OfTensorflow) {
  const std::string file = "stylegan2_tf/network-snapshot-000120.pkl";
  expect_answers(reference_network(file, "G_ema"), "static_kwargs",
                 {{"", "nonlinearity", "relu", Answer::honoured},
                  {"", "mapping_nonlinearity", "relu", Answer::honoured},
                  {"", "mapping_lrmul", 0.5, Answer::honoured},
                  {"", "normalize_latents", false, Answer::refused},
                  {"", "resample_kernel", {1, 2, 1}, Answer::honoured},
                  {"", "num_fp16_res", 3, Answer::honoured},
                  {"", "conv_clamp", 3, Answer::honoured},
                  {"", "dlatent_avg_beta", 0.3, Answer::honoured},
                  {"", "fused_modconv", false, Answer::silent},
                  {"", "architecture", "none", Answer::silent},
                  {"", "fmap_base", 3, Answer::silent},
                  {"", "randomize_noise", false, Answer::silent}});
  expect_answers(reference_network(file, "D"), "static_kwargs",
                 {{"", "nonlinearity", "relu", Answer::honoured},
                  {"", "mbstd_group_size", 3, Answer::honoured},
                  {"", "mbstd_num_features", 3, Answer::silent},
                  {"", "resample_kernel", {1, 2, 1}, Answer::honoured}});
}

TEST(ConstructorArguments, OfAnotherTypeAreAProblemOfTheirNetworkAlone) {
  io::ModelFile file{.format = "NVIDIA PyTorch snapshot"};
  for (const Json& strange : {Json("thick"), Json{1, 2}, Json{{"a", 1}}}) {
    file.networks.push_back({"G", reference_network("sg2ada_main/network-snapshot-000025.pkl", "G_ema")});
    file.networks.back().weights.metadata["init_kwargs"]["synthesis_kwargs"]["conv_clamp"] = strange;
    file.networks.push_back({"G", reference_network("stylegan1_tf/network-snapshot-000120.pkl", "G_ema")});
    file.networks.back().weights.metadata["static_kwargs"]["blur_filter"] = Json::array({strange});
  }
  for (const NetworkInFile& network : networks_in(file)) EXPECT_NE(network.problem, "");
}

// What the arguments do, where the answer is known without a reference.

NetworkSpec small_stylegan2(const char* extra) {
  NetworkSpec spec{.family = "stylegan2", .resolution = 8, .z_dim = 6, .w_dim = 5};
  spec.extra = Json::parse(extra);
  spec.extra["channels"] = {8, 7};
  return spec;
}

at::Tensor normal(at::IntArrayRef sizes) {
  return at::randn(sizes, at::make_generator<at::CPUGeneratorImpl>(4));
}

TEST(ConstructorArguments, MappingAndSynthesisHaveActivationsOfTheirOwn) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(
      small_stylegan2(R"({"mapping_layers": 2, "activation": "relu", "mapping_activation": "tanh"})"), at::kCPU, 3);
  const io::WeightSet weights = weights_of(*g);
  const at::Tensor z = normal({4, 6});
  at::Tensor x = z.to(at::kDouble);
  x = x / x.square().mean(1, true).sqrt();
  for (const std::string layer : {"mapping.fc0", "mapping.fc1"}) {
    const at::Tensor weight = weights.at(layer + ".weight").to(at::kDouble) * 0.01 / std::sqrt(x.size(1));
    x = (at::mm(x, weight.t()) + weights.at(layer + ".bias").to(at::kDouble) * 0.01).tanh();
  }
  const at::Tensor w = g->map(z, {}, {});
  EXPECT_LT((w.select(1, 0).to(at::kDouble) - x).abs().max().item<double>(), 1e-5);
  double lowest = 1;
  SynthesisOptions options;
  options.tap = [&](const std::string& name, const at::Tensor& y) {
    if (name == "b4.conv1" || name == "b8.conv0") lowest = std::min(lowest, y.min().item<double>());
  };
  g->synthesize(w, options);
  EXPECT_EQ(lowest, 0) << "a ReLU lets nothing below zero through";
}

TEST(ConstructorArguments, TheEpilogueHasAnActivationOfItsOwn) {
  const at::NoGradGuard no_grad;
  const auto score = [](const char* extra) {
    const DiscriminatorPtr d = make_discriminator(small_stylegan2(extra), at::kCPU, 3);
    for (const auto& item : d->named_parameters()) {
      if (item.key() == "b4.fc.bias") item.value().fill_(-1e4);
      if (item.key() == "b4.out.bias") item.value().fill_(0.25);
    }
    return (d->forward(normal({4, 3, 8, 8}), {}) - 0.25).abs().max().item<double>();
  };
  EXPECT_EQ(score(R"({"epilogue_activation": "relu"})"), 0) << "all that the last layer sees is cut off";
  EXPECT_GT(score("{}"), 1);
}

TEST(ConstructorArguments, NormsOfStyleganDoWhatTheirNamesSay) {
  const at::NoGradGuard no_grad;
  const auto last_of_4x4 = [](bool pixel, bool instance) {
    NetworkSpec spec{.family = "stylegan", .resolution = 8, .z_dim = 6, .w_dim = 5};
    spec.extra = {{"channels", {8, 6}}, {"d_dense", 7}, {"mapping_layers", 2}, {"mapping_channels", 4}};
    spec.extra["pixel_norm"] = pixel;
    spec.extra["instance_norm"] = instance;
    const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
    for (const auto& item : g->named_parameters()) {
      if (item.key().find("StyleMod") != std::string::npos) item.value().zero_();  // leaves what the norms give
      if (item.key().ends_with("Noise.weight")) item.value().fill_(0.3);
    }
    at::Tensor seen;
    SynthesisOptions options;
    options.tap = [&](const std::string& name, const at::Tensor& y) {
      if (name == "4x4") seen = y.to(at::kDouble);
    };
    g->eval();
    g->synthesize(g->map(normal({2, 6}), {}, {}), options);
    return seen;
  };
  const auto largest = [](const at::Tensor& x) { return x.abs().max().item<double>(); };
  const at::Tensor pixel = last_of_4x4(true, false), instance = last_of_4x4(false, true),
                   neither = last_of_4x4(false, false);
  EXPECT_LT(largest(pixel.square().mean(1) - 1), 1e-5);
  EXPECT_GT(largest(pixel.mean({2, 3})), 0.01);
  EXPECT_LT(largest(instance.mean({2, 3})), 1e-5);
  EXPECT_LT(largest(instance.square().mean({2, 3}) - 1), 1e-3);
  EXPECT_GT(largest(neither.mean({2, 3})), 0.01);
  EXPECT_GT(largest(neither.square().mean(1) - 1), 0.01);
}

TEST(ConstructorArguments, EachFeatureOfTheMinibatchDeviationHasItsPartOfTheChannels) {
  // Two groups of two pictures (0 and 2, 1 and 3); channels 0 and 1 are alike in a group, 2 and 3 are 2 * n.
  at::Tensor x = at::ones({4, 4, 2, 2});
  for (int n = 0; n < 4; ++n) x[n].narrow(0, 2, 2).fill_(2.0 * n);
  const at::Tensor added = with_group_deviation(x, 2, 2).narrow(1, 4, 2);
  EXPECT_EQ(added.sizes(), (std::vector<std::int64_t>{4, 2, 2, 2}));
  EXPECT_LT((added.select(1, 0) - 1e-4).abs().max().item<double>(), 1e-6);  // the root of the 1e-8 that is added
  EXPECT_LT((added.select(1, 1) - 2).abs().max().item<double>(), 1e-6);     // 0 and 4, or 2 and 6
  NetworkSpec spec{.family = "stylegan", .resolution = 8, .z_dim = 6, .w_dim = 5};
  spec.extra = {{"channels", {8, 6}}, {"d_dense", 7}, {"mbstd_features", 2}};
  const io::WeightSet weights = weights_of(*make_discriminator(spec, at::kCPU, 1));
  EXPECT_EQ(weights.at("4x4.Conv.weight").size(1), 10);
  EXPECT_EQ(recognise_network(weights).spec.extra["mbstd_features"], 2);
}

}  // namespace
}  // namespace ganvas::models
