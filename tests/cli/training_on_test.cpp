// Training that begins with a model of anybody's program, and goes back to that program.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/files.h"
#include "core/json.h"
#include "support/process.h"

namespace ganvas::test {
namespace {

constexpr const char* program_of_somebody = R"(
import os, struct, sys, zlib
import numpy, torch
from torch import nn

def write_png(path, pixels):
    chunk = lambda kind, data: struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    size = struct.pack('>IIBBBBB', pixels.shape[1], pixels.shape[0], 8, 2, 0, 0, 0)
    rows = zlib.compress(b''.join(b'\0' + row.tobytes() for row in pixels))
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', size) + chunk(b'IDAT', rows) + chunk(b'IEND', b''))

def read_png(path):
    with open(path, 'rb') as file:
        content = file.read()
    at, packed = 8, b''
    while at < len(content):
        length, kind = struct.unpack('>I4s', content[at:at + 8])
        data = content[at + 8:at + 8 + length]
        if kind == b'IHDR':
            width, height, depth, colour = struct.unpack('>IIBB', data[:10])
            assert (depth, colour) == (8, 2)
        packed += data if kind == b'IDAT' else b''
        at += 12 + length
    rows = numpy.frombuffer(zlib.decompress(packed), numpy.uint8).reshape(height, -1)
    pixels, above = numpy.zeros((height, 3 * width), int), numpy.zeros(3 * width, int)
    for y, (how, *line) in enumerate(rows.tolist()):
        for x, value in enumerate(line):
            a, b, c = (pixels[y, x - 3] if x > 2 else 0), above[x], (above[x - 3] if x > 2 else 0)
            nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            pixels[y, x] = (value + (0, a, b, (a + b) // 2, nearest)[how]) % 256
        above = pixels[y]
    return pixels.reshape(height, width, 3)

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

class Tall(nn.Module):  # pictures of 16 by 32, colour and how opaque it is
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.ConvTranspose2d(16, 24, (8, 4), bias=False), nn.BatchNorm2d(24), nn.ReLU(True),
                                 nn.ConvTranspose2d(24, 16, 4, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(True),
                                 nn.ConvTranspose2d(16, 4, 4, 2, 1), nn.Tanh())

torch.manual_seed(1)
maker, judge = Maker(), Judge()
if sys.argv[1] == 'write':
    torch.save({'epoch': 3, 'netG': maker.state_dict(), 'netD': judge.state_dict()}, 'both.pth')
    torch.save(maker.state_dict(), 'alone.pth')
    torch.save(Tall().state_dict(), 'tall.pth')
    os.mkdir('pictures')
    y, x = numpy.mgrid[0:20, 0:24]
    for i in range(64):
        write_png(f'pictures/{i}.png', numpy.stack([x * 10 + i, y * 12, x * y // 2 + 2 * i], -1).astype(numpy.uint8))
else:
    before = {k: v.clone() for k, v in maker.state_dict().items()}
    maker.load_state_dict(torch.load(sys.argv[2], weights_only=True))
    after = maker.state_dict()
    assert sum(not torch.equal(before[k], after[k]) for k in before) > 8
    z = numpy.random.RandomState(0).randn(1, 16, 1, 1)
    picture = maker.eval()(torch.from_numpy(z).float())[0].detach().permute(1, 2, 0).numpy()
    drawn = read_png(sys.argv[3])  # a byte is floor(127.5 x + 128)
    assert ((picture > (drawn - 128) / 127.5 - 1e-4) | (drawn == 0)).all()
    assert ((picture < (drawn - 127) / 127.5 + 1e-4) | (drawn == 255)).all()
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

const std::string options = " --recipe starter-dcgan --data pictures --threads 1 --set batch=16 --history-mb 0 ";

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
  ganvas("generate --model whole --seeds 0 --out drawn");
  in_python("read out.pt drawn/seed0000.png");
}

TEST_F(TrainingOn, AGeneratorAloneGetsADiscriminatorThatFits) {
  ganvas("train --from alone.pth --out run --kimg 0.16" + options);
  const Json network = recipe("run")["network"];
  EXPECT_FALSE(network["extra"].contains("discriminator"));
  ganvas("convert run out.pt");
  ganvas("generate --model run --seeds 0 --out drawn");
  in_python("read out.pt drawn/seed0000.png");
}

TEST_F(TrainingOn, PicturesOfAnyShapeAndFourChannelsGoAllTheWay) {
  ganvas(
      "train --from tall.pth --out run --kimg 0.16 --recipe starter-dcgan --data pictures --threads 1 --set batch=16");
  ganvas("generate --model run --seeds 0-5 --grid 3x2 --out drawn");
  ganvas("project pictures/3.png --model run --steps 5 --out found");
  ganvas("timelapse run --grid 2x2 --fps 2 --seconds 1 --out lapse");
  ganvas("convert run out.pt");
  const auto size = [&](const std::string& name) {  // of the header of a PNG
    const std::string bytes = read_file(folder / name);
    const auto number = [&](std::size_t at) {
      return static_cast<unsigned char>(bytes[at]) * 256 + static_cast<unsigned char>(bytes[at + 1]);
    };
    return std::pair(number(18), number(22));
  };
  EXPECT_EQ(size("drawn/seed0000.png"), std::pair(16, 32));
  EXPECT_EQ(size("drawn/grid.png"), std::pair(3 * 16, 2 * 32));
  EXPECT_EQ(size("found/3.png"), std::pair(16, 32));
  const auto [width, height] = size("run/reals.png");
  EXPECT_EQ(2 * width, height);
  const Json before = Json::parse(ganvas("info --json tall.pth").out),
             after = Json::parse(ganvas("info --json out.pt").out);
  EXPECT_EQ(before["networks"][0]["values"], after["networks"][0]["values"]);
  EXPECT_EQ(after["networks"][0]["spec"]["extra"]["width"], 16);
}

}  // namespace
}  // namespace ganvas::test
