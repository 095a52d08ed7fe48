// Files of other programs end to end: opened, recognised, converted, opened again.
#include "models/networks_in_file.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "io/safetensors.h"
#include "io/torch/torch_writer.h"
#include "models/reference_models.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

namespace fs = std::filesystem;

at::Tensor normal(at::IntArrayRef sizes, std::uint64_t seed) {
  return at::randn(sizes, at::make_generator<at::CPUGeneratorImpl>(seed));
}

at::Tensor labels(const NetworkSpec& spec) {
  return spec.c_dim == 0 ? at::Tensor() : at::one_hot(at::arange(2) % spec.c_dim, spec.c_dim).to(at::kFloat);
}

/// Two pictures of a generator, or two scores of a discriminator.
at::Tensor output_of(const NetworkInFile& network) {
  const at::NoGradGuard no_grad;
  const NetworkSpec& spec = network.found->spec;
  if (network.is_generator()) {
    const GeneratorPtr g = generator_of(spec, network.weights, at::kCPU);
    return g->synthesize(g->map(normal({2, spec.z_dim}, 1), labels(spec), {.truncation_psi = 0.7}), {});
  }
  const DiscriminatorPtr d = discriminator_of(spec, network.weights, at::kCPU);
  return d->forward(normal({2, spec.image_channels, spec.resolution, spec.resolution}, 2), labels(spec));
}

io::WeightSet own_model(const NetworkInFile& network) {
  const NetworkSpec& spec = network.found->spec;
  return network.is_generator() ? model_file_of(*generator_of(spec, network.weights, at::kCPU))
                                : model_file_of(*discriminator_of(spec, network.weights, at::kCPU));
}

TEST(NetworksInFile, EveryReferenceModelIsRecognised) {
  const std::vector<fs::path> files = reference_models();
  ASSERT_GE(files.size(), 10u);
  for (const fs::path& file : files) {
    const std::vector<NetworkInFile> networks = networks_in(io::open_model_file(file));
    const NetworkInFile& chosen = choose_network(networks, "", file.string());
    EXPECT_TRUE(chosen.found.has_value()) << short_name(file);
    for (const NetworkInFile& network : networks) {
      const bool optimiser = network.name.ends_with("optim");
      EXPECT_NE(network.found.has_value(), optimiser) << short_name(file) << " " << network.name << network.problem;
    }
  }
}

TEST(NetworksInFile, ConvertedModelsMakeBitEqualOutputs) {
  const test::TemporaryFolder folder;
  for (const fs::path& file : reference_models()) {
    for (const NetworkInFile& network : networks_in(io::open_model_file(file))) {
      if (!network.found) continue;
      const at::Tensor before = output_of(network);
      EXPECT_TRUE(before.isfinite().all().item<bool>()) << short_name(file);
      io::write_safetensors(folder / "a.safetensors", own_model(network));
      io::write_torch_state_dict(folder / "a.pt", own_model(network));
      for (const char* copy : {"a.safetensors", "a.pt"}) {
        const std::vector<NetworkInFile> again = networks_in(io::open_model_file(folder / copy));
        const NetworkInFile& read = choose_network(again, "", copy);
        EXPECT_EQ(read.is_generator(), network.is_generator());
        const at::Tensor after = output_of(read);
        EXPECT_TRUE(at::equal(after, before))
            << short_name(file) << " " << network.name << " " << copy << " differs by "
            << (after - before).abs().max().item<double>() << "; twice the same file by "
            << (output_of(network) - before).abs().max().item<double>();
      }
    }
  }
}

// The same names and values in Python, without running anything from the file.
TEST(NetworksInFile, PythonOpensTheStateDictWithWeightsOnly) {
  const char* python = std::getenv("GANVAS_PYTHON");
  if (python == nullptr || std::system(fmt::format("'{}' -c 'import torch' 2>/dev/null", python).c_str()) != 0)
    GTEST_SKIP() << "the Python of this LibTorch cannot import torch (its CUDA libraries are not installed)";
  const test::TemporaryFolder folder;
  std::ofstream script(folder / "check.py");
  script << "import sys, torch\n"
            "for path in sys.argv[1:]:\n"
            "    a = torch.load(path + '.pt', weights_only=True)\n"
            "    lines = open(path + '.txt').read().split('\\n')[:-1]\n"
            "    assert [f'{k} {tuple(v.shape)} {v.double().sum().item():.17g}'.replace('-0 ', '0 ') for k, v in "
            "a.items()] == lines, (path, lines[:3], list(a)[:3])\n";
  script.close();
  std::string arguments;
  int number = 0;
  for (const fs::path& file : reference_models()) {
    const std::vector<NetworkInFile> networks = networks_in(io::open_model_file(file));
    const io::WeightSet model = own_model(choose_network(networks, "", file.string()));
    const fs::path base = folder / std::to_string(number++);
    io::write_torch_state_dict(base.string() + ".pt", model);
    std::ofstream names(base.string() + ".txt");
    for (const auto& [name, tensor] : model.items()) {
      const std::string comma = tensor.dim() == 1 ? "," : "";
      names << fmt::format("{} ({}{}) {:.17g}\n", name, fmt::join(tensor.sizes(), ", "), comma,
                           tensor.to(at::kDouble).sum().item<double>());
    }
    arguments += " '" + base.string() + "'";
  }
  const std::string command = fmt::format("'{}' '{}'{}", python, (folder / "check.py").string(), arguments);
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(NetworksInFile, ChoosesTheMovingAverageAndNamesTheChoices) {
  NetworkSpec spec{.z_dim = 8};
  spec.extra["channels"] = {8, 8, 8, 8};
  const io::WeightSet g = model_file_of(*make_generator(spec, at::kCPU, 1));
  const io::WeightSet d = model_file_of(*make_discriminator(spec, at::kCPU, 1));
  io::WeightSet other;
  other.set("exp_avg", at::zeros({3}));
  const std::vector<NetworkInFile> networks =
      networks_in({.format = "test", .networks = {{"optim", other}, {"D", d}, {"G", g}, {"G_ema", g}}});
  EXPECT_EQ(choose_network(networks, "", "f").name, "G_ema");
  EXPECT_EQ(choose_network(networks, "G", "f").name, "G");
  EXPECT_EQ(choose_network(networks, "D", "f").name, "D");
  const auto complaint = [&](const std::string& name) {
    try {
      choose_network(networks, name, "f");
      return std::string();
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(complaint("X"), "f has no network X; it has optim, D, G, G_ema.");
  EXPECT_NE(complaint("optim").find("cannot be opened as a model"), std::string::npos);
}

TEST(NetworksInFile, OpeningTakesTheTensorsOverInsteadOfCopyingThem) {
  NetworkSpec spec{.z_dim = 8};
  spec.extra["channels"] = {8, 8, 8, 8};
  const GeneratorPtr fresh = make_generator(spec, at::kCPU, 3);
  const io::WeightSet file = weights_of(*fresh);
  const GeneratorPtr opened = generator_of(spec, file, at::kCPU);
  EXPECT_FALSE(opened->is_training());
  for (const auto& item : opened->named_parameters())
    EXPECT_EQ(item.value().const_data_ptr(), file.at(item.key()).const_data_ptr()) << item.key();
}

TEST(NetworksInFile, ASpecificationCannotClaimMoreThanItsTensorsHold) {
  NetworkSpec spec{.z_dim = 8};
  spec.extra["channels"] = {8, 8, 8, 8};
  io::WeightSet file = model_file_of(*make_generator(spec, at::kCPU, 3));
  spec.extra["channels"] = {8192, 8192, 8192, 8192};  // 10 GB of kernels
  file.metadata["ganvas.spec"] = to_json(spec).dump();
  EXPECT_THROW(recognise_network(file), Error);
}

}  // namespace
}  // namespace ganvas::models
