// ONNX graphs, whose outputs lie beside them. onnx/make.py made them and says of what.
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "io/open/open_model_file.h"
#include "models/networks_in_file.h"
#include "models/traits.h"
#include "support/source_folder.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

const std::filesystem::path graphs = test::source_folder() + "/tests/models/layered/onnx";

TEST(OnnxFiles, MakeWhatTheirProgramsMake) {
  const at::NoGradGuard no_grad;
  for (const std::string name : {"dcgan", "upsample", "residual", "mlp", "wide"}) {
    SCOPED_TRACE(name);
    const std::vector<NetworkInFile> networks = networks_in(io::open_model_file(graphs / (name + ".onnx")));
    ASSERT_TRUE(networks.at(0).is_generator()) << networks[0].problem;
    const GeneratorPtr g = generator_of(networks[0].found->spec, networks[0].weights, at::kCPU);
    EXPECT_TRUE(assumptions_of(g->spec()).empty()) << "the graph says it all";
    const io::WeightSet made = io::open_model_file(graphs / (name + ".safetensors")).networks.at(0).weights;
    at::Tensor c;
    if (made.contains("c")) c = at::one_hot(made.at("c").to(at::kLong), g->spec().c_dim).to(at::kFloat);
    at::Tensor expected = made.at("y");
    if (name == "upsample") expected = expected * 2 - 1;  // ends in a sigmoid; pictures are -1 to 1 here
    const at::Tensor y = g->synthesize(g->map(made.at("z"), c, {}), {});
    EXPECT_LT((y - expected.view_as(y)).abs().max().item<float>(), 1e-5);
  }
}

TEST(OnnxFiles, AnOperatorThatNobodyKnowsIsNamed) {
  const test::TemporaryFolder folder;
  std::string bytes = read_file(graphs / "mlp.onnx");
  const auto at = bytes.find("\"\4Tanh");  // field 4, four bytes
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at + 2, 4, "Tank");
  write_file(folder / "odd.onnx", bytes);
  const std::vector<NetworkInFile> networks = networks_in(io::open_model_file(folder / "odd.onnx"));
  EXPECT_NE(networks.at(0).problem.find("Tank"), std::string::npos) << networks[0].problem;
  write_file(folder / "cut.onnx", read_file(graphs / "mlp.onnx").substr(0, 700));
  EXPECT_THROW(io::open_model_file(folder / "cut.onnx"), Error);
}

}  // namespace
}  // namespace ganvas::models
