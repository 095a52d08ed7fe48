// Generators as programs of others: what they compute there is what they compute here.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "io/onnx/onnx_file.h"
#include "io/open/open_model_file.h"
#include "io/safetensors.h"
#include "io/torch/torch_writer.h"
#include "models/export/onnx_export.h"
#include "models/export/torchscript_export.h"
#include "models/generator.h"
#include "models/networks_in_file.h"
#include "models/reference_models.h"
#include "models/small_networks.h"
#include "models/stylegan2/foreign_names.h"
#include "support/source_folder.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

namespace fs = std::filesystem;

/// A generator whose biases and noises are not at rest, as after training.
GeneratorPtr some_generator(const NetworkSpec& spec) {
  const GeneratorPtr g = make_generator(spec, at::kCPU, 5);
  const at::NoGradGuard no_grad;
  at::manual_seed(6);
  for (auto& parameter : g->named_parameters())
    if (parameter.value().dim() <= 1) parameter.value().add_(at::randn_like(parameter.value()) * 0.1);
  g->eval();
  return g;
}

void write_exports(const fs::path& base, Generator& g, std::int64_t batch) {
  const NetworkSpec& spec = g.spec();
  io::WeightSet values;
  values.set("z", at::randn({batch, spec.z_dim}));
  Json inputs = {"z"};
  at::Tensor c;
  if (spec.c_dim > 0) {
    c = at::zeros({batch, spec.c_dim});
    c.select(1, 1).fill_(1);
    values.set("c", c);
    inputs.push_back("c");
  }
  values.set("psi", at::full({1}, 0.6));
  inputs.push_back("psi");
  {
    const at::NoGradGuard no_grad;
    const at::Tensor w = g.map(values.at("z"), c, {.truncation_psi = 0.6});
    values.set("w", w.contiguous().clone());
    values.set("picture", g.synthesize(w, {}).contiguous());
  }
  io::write_safetensors(base.string() + ".safetensors", values);
  std::ofstream(base.string() + ".json") << Json{{"inputs", inputs}}.dump();
  write_torchscript(base.string() + ".pt", g, batch);
  for (const auto& [part, ending] : {std::pair{ExportPart::whole, ".onnx"},
                                     {ExportPart::mapping, ".mapping.onnx"},
                                     {ExportPart::synthesis, ".synthesis.onnx"}})
    io::write_onnx_file(base.string() + ending, onnx_graph_of(trace_generator(g, part, batch)));
}

TEST(Export, ProgramsOfEveryFamilyMakeItsPictures) {
  const char* python = std::getenv("GANVAS_PYTHON");
  if (python == nullptr ||
      std::system(fmt::format("'{}' -c 'import torch, onnxruntime' 2>/dev/null", python).c_str()) != 0)
    GTEST_SKIP() << "the Python of this LibTorch cannot import torch and onnxruntime";
  const test::TemporaryFolder folder;
  int number = 0;
  for (const std::string& family : family_names()) {
    for (NetworkSpec spec : specs_of(family)) {
      SCOPED_TRACE(family + " " + spec.extra.dump());
      EXPECT_NO_THROW(write_exports(folder / fmt::format("{:02}-{}", number++, family), *some_generator(spec), 2));
      if (family != "stylegan2") continue;
      spec.c_dim = 3;
      write_exports(folder / fmt::format("{:02}-labels", number++), *some_generator(spec), 1);
    }
  }
  EXPECT_EQ(std::system(fmt::format("'{}' '{}/tests/models/check_exports.py' '{}'", python, test::source_folder(),
                                    folder.path().string())
                            .c_str()),
            0);
}

// The bytes of a file that was just written, by our own reader.
TEST(Export, OnnxFilesHoldTheGraphThatWasGiven) {
  const test::TemporaryFolder folder;
  const fs::path file = folder / "sum.onnx";
  io::OnnxGraph graph{
      .name = "g",
      .inputs = {{"x", {2, 3}}},
      .outputs = {{"y", {2, 3}}},
      .nodes = {{"LeakyRelu", {"x"}, "a", {{"alpha", 0.25F}}},
                {"Transpose", {"a"}, "b", {{"perm", std::vector<std::int64_t>{1, 0}}}},
                {"Gemm", {"b", "w", ""}, "y", {{"transB", std::int64_t{1}}, {"note", std::string("n")}}}},
      .initializers = {{"w", at::arange(6, at::kFloat).view({2, 3})}, {"axes", at::tensor({-1L, 300L})}},
      .metadata = {{"ganvas.source", "here"}}};
  io::write_onnx_file(file, graph);
  const io::WeightSet read = io::read_onnx_file(file);
  EXPECT_TRUE(at::equal(read.at("w"), graph.initializers[0].second));
  const Json found =
      Json::parse(read.metadata["onnx.graph"].is_string() ? read.metadata["onnx.graph"].get<std::string>()
                                                          : read.metadata["onnx.graph"].dump());
  EXPECT_EQ(found["inputs"][0]["shape"], (Json{2, 3}));
  EXPECT_EQ(found["nodes"].size(), 3U);
  EXPECT_EQ(found["nodes"][0]["attributes"]["alpha"], 0.25);
  EXPECT_EQ(found["nodes"][1]["attributes"]["perm"], (Json{1, 0}));
  EXPECT_EQ(found["nodes"][2]["op"], "Gemm");
}

// rosinality's own checkpoints, read and written again: the same names in the same places, the same values.
TEST(Export, RosinalitysCheckpointsComeBackAsTheyWere) {
  int checked = 0;
  for (const fs::path& file : reference_models()) {
    io::ModelFile theirs = io::open_model_file(file);
    for (const auto& network : theirs.networks) {
      if (!is_rosinality_stylegan2(network.weights)) continue;
      const Recognised found = recognise_network(from_rosinality_stylegan2(network.weights));
      const io::WeightSet written =
          to_rosinality_stylegan2(found.spec, found.role, from_rosinality_stylegan2(network.weights));
      for (const auto& [name, tensor] : written.items()) {
        const at::Tensor* before = network.weights.find(name);
        if (before == nullptr && name.starts_with("noises.")) continue;  // old files lack them
        ASSERT_NE(before, nullptr) << file << " " << name;
        EXPECT_EQ(tensor.sizes(), before->sizes()) << name;
        EXPECT_TRUE(at::allclose(tensor, *before, 1e-6, 1e-7)) << name;
      }
      for (const auto& [name, tensor] : network.weights.items())
        EXPECT_TRUE(name == "latent_avg" || written.contains(name)) << file << " " << name;
      ++checked;
    }
  }
  EXPECT_GE(checked, 3);
}

TEST(Export, RosinalitysLayoutRefusesWhatThatProgramHasNot) {
  for (const char* settings :
       {R"({"channels": [4, 4], "g_architecture": "resnet"})", R"({"channels": [4, 4], "activation": "swish"})",
        R"({"channels": [4, 4], "noise": false})", R"({"channels": [4, 4], "mbstd_channels": 2})"}) {
    const GeneratorPtr g = make_generator(
        {.family = "stylegan2", .resolution = 8, .z_dim = 8, .w_dim = 8, .extra = Json::parse(settings)}, at::kCPU);
    EXPECT_THROW(to_rosinality_stylegan2(g->spec(), Role::generator, weights_of(*g)), Error) << settings;
  }
}

TEST(Export, SeveralNetworksLieInOneFileUnderTheirNames) {
  const test::TemporaryFolder folder;
  io::WeightSet a, b;
  a.set("x", at::ones({2}));
  b.set("x", at::zeros({3}));
  b.set("y", at::full({1}, 7.0));
  io::write_torch_state_dicts(folder / "two.pt", {{"g_ema", a}, {"d", b}});
  const io::ModelFile file = io::open_model_file(folder / "two.pt");
  ASSERT_EQ(file.networks.size(), 2U);
  EXPECT_EQ(file.networks[0].name, "g_ema");
  EXPECT_TRUE(at::equal(file.networks[0].weights.at("x"), at::ones({2})));
  EXPECT_EQ(file.networks[1].name, "d");
  EXPECT_TRUE(at::equal(file.networks[1].weights.at("y"), at::full({1}, 7.0)));
}

}  // namespace
}  // namespace ganvas::models
