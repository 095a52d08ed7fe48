// Training that begins with a model of anybody's program, and goes back to that program.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/json.h"
#include "support/process.h"

namespace ganvas::test {
namespace {

constexpr const char* program_of_somebody = R"(
import sys, torch
from torch import nn

class Maker(nn.Module):
    def __init__(self):
        super().__init__()
        self.start = nn.ConvTranspose2d(16, 32, 4, bias=False)
        self.rest = nn.Sequential(nn.BatchNorm2d(32), nn.ReLU(True), nn.ConvTranspose2d(32, 16, 4, 2, 1, bias=False),
                                  nn.BatchNorm2d(16), nn.ReLU(True), nn.ConvTranspose2d(16, 3, 4, 2, 1), nn.Tanh())
    def forward(self, z):
        return self.rest(self.start(z))

class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        self.look = nn.Sequential(nn.Conv2d(3, 16, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(16, 32, 4, 2, 1, bias=False),
                                  nn.BatchNorm2d(32), nn.LeakyReLU(0.2), nn.Conv2d(32, 1, 4))

torch.manual_seed(1)
maker, judge = Maker(), Judge()
if sys.argv[1] == 'write':
    torch.save({'epoch': 3, 'netG': maker.state_dict(), 'netD': judge.state_dict()}, 'both.pth')
    torch.save(maker.state_dict(), 'alone.pth')
else:
    before = {k: v.clone() for k, v in maker.state_dict().items()}
    maker.load_state_dict(torch.load(sys.argv[2], weights_only=True))
    after = maker.state_dict()
    assert sum(not torch.equal(before[k], after[k]) for k in before) > 8
    assert maker.eval()(torch.randn(2, 16, 1, 1)).isfinite().all()
)";

class TrainingOn : public testing::Test {
 protected:
  TemporaryFolder folder;

  void SetUp() override {
    const char* python = std::getenv("GANVAS_PYTHON");
    if (python == nullptr || run_shell(std::string("'") + python + "' -c 'import torch'", folder.path()).exit_code != 0)
      GTEST_SKIP() << "the Python of this LibTorch cannot import torch (its CUDA libraries are not installed)";
    std::ofstream(folder / "somebody.py") << program_of_somebody;
    in_python("write");
  }
  void in_python(const std::string& arguments) {
    const ProcessResult result = run_shell(
        std::string("'") + std::getenv("GANVAS_PYTHON") + "' -W ignore somebody.py " + arguments, folder.path());
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
  ProcessResult ganvas(const std::string& arguments) {
    ProcessResult result = run_program(arguments, folder.path());
    EXPECT_EQ(result.exit_code, 0) << arguments << "\n" << result.err;
    return result;
  }
  Json recipe(const std::string& run) { return read_json(folder.path() / run / "recipe.json"); }
  std::string weights(const std::string& run) {
    return Json::parse(ganvas("info --json " + run).out)["networks"][0]["weights_hash"];
  }
};

const std::string options = " --recipe starter-dcgan --threads 1 --set batch=16 --set data.count=64 --history-mb 0 ";

TEST_F(TrainingOn, GoesOnExactlyAndComesBackUnderTheNamesOfItsProgram) {
  ganvas("train --from both.pth --out whole --kimg 0.32" + options);
  ganvas("train --from both.pth --out parts --kimg 0.16" + options);
  ganvas("train --resume parts --kimg 0.32 --threads 1 --history-mb 0");
  EXPECT_EQ(weights("whole"), weights("parts"));
  const Json network = recipe("whole")["network"];
  EXPECT_EQ(network["family"], "layered");
  EXPECT_EQ(network["resolution"], 16);
  EXPECT_EQ(network["extra"]["discriminator"][0]["name"], "look.0") << "the one in the file judges";
  ganvas("convert whole out.pt");
  in_python("read out.pt");
}

TEST_F(TrainingOn, AGeneratorAloneGetsADiscriminatorThatFits) {
  ganvas("train --from alone.pth --out run --kimg 0.16" + options);
  const Json network = recipe("run")["network"];
  EXPECT_FALSE(network["extra"].contains("discriminator"));
  ganvas("convert run out.pt");
  in_python("read out.pt");
}

}  // namespace
}  // namespace ganvas::test
