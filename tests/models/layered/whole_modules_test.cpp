// Whole modules, made by PyTorch while the test runs: every class of torch.nn that is known, and a program's own.
#include <gtest/gtest.h>

#include <cstdlib>

#include "io/open/open_model_file.h"
#include "models/networks_in_file.h"
#include "support/source_folder.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

TEST(WholeModules, MakeWhatPytorchMakesOfThem) {
  const at::NoGradGuard no_grad;
  const char* python = std::getenv("GANVAS_PYTHON");
  if (python == nullptr || std::system(fmt::format("'{}' -c 'import torch' 2>/dev/null", python).c_str()) != 0)
    GTEST_SKIP() << "the Python of this LibTorch cannot import torch (its CUDA libraries are not installed)";
  const test::TemporaryFolder folder;
  const std::string script = test::source_folder() + "/tests/models/layered/whole_modules.py";
  ASSERT_EQ(std::system(fmt::format("'{}' -W ignore '{}' '{}'", python, script, folder.path().string()).c_str()), 0);
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".out.pt")) continue;
    const std::string base = name.substr(0, name.size() - 7);
    SCOPED_TRACE(base);
    ++count;
    const io::WeightSet made = io::open_model_file(entry.path()).networks.at(0).weights;
    const std::filesystem::path file = folder.path() / (base + ".pt");
    const std::vector<NetworkInFile> networks = networks_in(io::open_model_file(file));
    ASSERT_EQ(networks.size(), 1U);
    ASSERT_TRUE(networks[0].is_generator()) << networks[0].problem;
    const GeneratorPtr g = generator_of(networks[0].found->spec, networks[0].weights, at::kCPU);
    at::Tensor c;
    if (made.contains("c")) c = at::one_hot(made.at("c"), g->spec().c_dim).to(at::kFloat);
    const at::Tensor y = g->synthesize(g->map(made.at("z"), c, {}), {});
    const at::Tensor expected = made.at("y");
    ASSERT_EQ(y.sizes(), expected.sizes());
    EXPECT_LT((y - expected).abs().max().item<float>(), 1e-5);
    // The names are the file's, so that the program that wrote it can load what is saved here.
    const io::WeightSet state = io::open_model_file(folder.path() / (base + ".state.pt")).networks.at(0).weights;
    const io::WeightSet own = weights_of(*g);
    for (const auto& [key, tensor] : own.items())
      EXPECT_TRUE(state.contains(key) || state.contains(key + "_orig") || state.contains(key + "_v")) << key;
  }
  EXPECT_EQ(count, 34);
}

}  // namespace
}  // namespace ganvas::models
