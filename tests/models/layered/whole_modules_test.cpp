// Whole modules, made by PyTorch while the test runs: every class of torch.nn that is known, and a program's own.
#include <gtest/gtest.h>

#include <cstdlib>

#include "io/open/open_model_file.h"
#include "models/networks_in_file.h"
#include "models/traits.h"
#include "support/source_folder.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

/// What the file's network makes of those latents, against what PyTorch made: nothing but the file is asked.
GeneratorPtr expect_same(const std::filesystem::path& file, const io::WeightSet& made) {
  SCOPED_TRACE(file.filename());
  const std::vector<NetworkInFile> networks = networks_in(io::open_model_file(file));
  if (networks.size() != 1 || !networks[0].is_generator()) {
    ADD_FAILURE() << networks.at(0).problem;
    return nullptr;
  }
  const GeneratorPtr g = generator_of(networks[0].found->spec, networks[0].weights, at::kCPU);
  at::Tensor c;
  if (made.contains("c")) c = at::one_hot(made.at("c"), g->spec().c_dim).to(at::kFloat);
  const at::Tensor y = g->synthesize(g->map(made.at("z"), c, {}), {});
  const at::Tensor expected = made.at("y");
  EXPECT_EQ(y.sizes(), expected.sizes());
  if (y.sizes() == expected.sizes()) EXPECT_LT((y - expected).abs().max().item<float>(), 1e-5);
  return g;
}

TEST(WholeModules, MakeWhatPytorchMakesOfThem) {
  const at::NoGradGuard no_grad;
  const char* python = std::getenv("GANVAS_PYTHON");
  if (python == nullptr || std::system(fmt::format("'{}' -c 'import torch' 2>/dev/null", python).c_str()) != 0)
    GTEST_SKIP() << "the Python of this LibTorch cannot import torch (its CUDA libraries are not installed)";
  const test::TemporaryFolder folder;
  const std::string script = test::source_folder() + "/tests/models/layered/whole_modules.py";
  ASSERT_EQ(std::system(fmt::format("'{}' -W ignore '{}' '{}'", python, script, folder.path().string()).c_str()), 0);
  int count = 0, programs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".out.pt")) continue;
    const std::string base = name.substr(0, name.size() - 7);
    SCOPED_TRACE(base);
    ++count;
    const io::WeightSet made = io::open_model_file(entry.path()).networks.at(0).weights;
    const GeneratorPtr g = expect_same(folder.path() / (base + ".pt"), made);
    ASSERT_NE(g, nullptr);
    for (const char* kind : {".traced.ts", ".scripted.ts", ".frozen.ts"}) {
      const std::filesystem::path program = folder.path() / (base + kind);
      if (!std::filesystem::exists(program)) continue;
      ++programs;
      const GeneratorPtr same = expect_same(program, made);
      EXPECT_TRUE(same == nullptr || assumptions_of(same->spec()).empty()) << "the program says it all";
    }
    // The names are the file's, so that the program that wrote it can load what is saved here.
    const io::WeightSet state = io::open_model_file(folder.path() / (base + ".state.pt")).networks.at(0).weights;
    const io::WeightSet own = weights_of(*g);
    for (const auto& [key, tensor] : own.items())
      EXPECT_TRUE(state.contains(key) || state.contains(key + "_orig") || state.contains(key + "_v")) << key;
  }
  EXPECT_EQ(count, 34);
  EXPECT_EQ(programs, 98);
}

}  // namespace
}  // namespace ganvas::models
