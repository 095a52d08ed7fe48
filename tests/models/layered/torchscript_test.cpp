// TorchScript programs as LibTorch writes them, read from their text; what they make is what LibTorch says.
#include <gtest/gtest.h>
#include <torch/script.h>

#include "io/open/open_model_file.h"
#include "models/networks_in_file.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

/// A program with a weight [8, 64] and a table of three classes [3, 2].
torch::jit::Module program_of(const std::string& forward) {
  at::manual_seed(3);
  torch::jit::Module program("generator");
  program.register_parameter("weight", at::randn({8, 64}), false);
  program.register_parameter("wide", at::randn({10, 64}), false);
  program.register_parameter("table", at::randn({3, 2}), false);
  program.define(forward);
  return program;
}

class TorchscriptText : public testing::Test {
 protected:
  NetworkInFile read(const torch::jit::Module& program) {
    program.save((folder / "program.pt").string());
    return networks_in(io::open_model_file(folder / "program.pt")).at(0);
  }

  void expect_same(const std::string& forward) {
    SCOPED_TRACE(forward);
    const at::NoGradGuard no_grad;
    torch::jit::Module program = program_of(forward);
    const NetworkInFile network = read(program);
    ASSERT_TRUE(network.is_generator()) << network.problem;
    const GeneratorPtr g = generator_of(network.found->spec, network.weights, at::kCPU);
    ASSERT_EQ(g->spec().z_dim, 8);
    const at::Tensor z = at::randn({4, 8});
    const at::Tensor expected = program.forward({z}).toTensor();
    EXPECT_LT((g->synthesize(g->map(z, {}, {}), {}) - expected).abs().max().item<float>(), 1e-5);
  }

  void expect_refused(const std::string& forward, const std::string& reason) {
    SCOPED_TRACE(forward);
    const NetworkInFile network = read(program_of(forward));
    EXPECT_FALSE(network.is_generator());
    EXPECT_NE(network.problem.find(reason), std::string::npos) << network.problem;
    EXPECT_NE(network.problem.find("--allow-torchscript"), std::string::npos) << network.problem;
  }

  const test::TemporaryFolder folder;
};

TEST_F(TorchscriptText, ConditionsLoopsAndShapesAreFollowed) {
  expect_same(R"(
def forward(self, z):
    side = 1
    for i in range(3):
        side = side * 2
    x = torch.matmul(z, self.weight)
    if x.size(1) == side * side:
        x = torch.tanh(x)
    else:
        x = torch.relu(x)
    return x.view(z.size(0), -1, side, side)
)");
}

TEST_F(TorchscriptText, WhatIsDoneInPlaceIsDoneForAll) {
  expect_same(R"(
def forward(self, z):
    x = torch.matmul(z, self.weight)
    y = x
    torch.relu_(x)
    x = torch.mul(x, 0.5)
    return torch.tanh(torch.add(y, x)).view(-1, 1, 8, 8)
)");
}

TEST_F(TorchscriptText, ALabelIsAnIndexOrAValueAClass) {
  const at::NoGradGuard no_grad;
  const at::Tensor z = at::randn({3, 8}), c = at::tensor({0, 2, 1}, at::kLong);
  const auto made = [&](const NetworkInFile& network, int classes) {
    EXPECT_TRUE(network.is_generator()) << network.problem;
    const GeneratorPtr g = generator_of(network.found->spec, network.weights, at::kCPU);
    EXPECT_EQ(g->spec().c_dim, classes);
    return g->synthesize(g->map(z, at::one_hot(c, classes).to(at::kFloat), {}), {});
  };
  torch::jit::Module index = program_of(R"(
def forward(self, z, label):
    x = torch.cat([z, torch.embedding(self.table, label)], 1)
    return torch.tanh(torch.matmul(x, self.wide)).view(-1, 1, 8, 8)
)");
  EXPECT_LT((made(read(index), 3) - index.forward({z, c}).toTensor()).abs().max().item<float>(), 1e-5);
  torch::jit::Module spread = program_of(R"(
def forward(self, z, label):
    x = torch.cat([z, torch.one_hot(label, 2).float()], 1)
    return torch.tanh(torch.matmul(x, self.wide)).view(-1, 1, 8, 8)
)");
  const at::Tensor low = c.clamp_max(1);
  const NetworkInFile network = read(spread);
  ASSERT_TRUE(network.is_generator()) << network.problem;
  const GeneratorPtr g = generator_of(network.found->spec, network.weights, at::kCPU);
  EXPECT_LT((g->synthesize(g->map(z, at::one_hot(low, 2).to(at::kFloat), {}), {}) - spread.forward({z, low}).toTensor())
                .abs()
                .max()
                .item<float>(),
            1e-5);
}

TEST_F(TorchscriptText, WhatNoLayerIsLikeIsNamed) {
  expect_refused("def forward(self, z):\n    return torch.cumsum(torch.matmul(z, self.weight), 1).view(-1, 1, 8, 8)\n",
                 "torch.cumsum cannot be read: there is no layer like it");
  expect_refused(
      "def forward(self, z):\n    x = torch.matmul(z, self.weight)\n    if bool(torch.gt(x.sum(), 0)):\n"
      "        x = -x\n    return x.view(-1, 1, 8, 8)\n",
      "torch.sum cannot be read");
}

TEST_F(TorchscriptText, EndlessWorkIsNotBegun) {
  expect_refused(
      "def forward(self, z):\n    n = 0\n    for i in range(1000000000):\n        n = n + 1\n"
      "    return torch.matmul(z, self.weight).view(-1, 1, 8, 8)\n",
      "more than 100000 steps");
  expect_refused(
      "def forward(self, z):\n    n = 0\n    for i in range(1000):\n        for j in range(1000):\n"
      "            n = n + 1\n    return torch.matmul(z, self.weight).view(-1, 1, 8, 8)\n",
      "more than 100000 steps");
}

}  // namespace
}  // namespace ganvas::models
