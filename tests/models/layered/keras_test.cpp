// Models of Keras, whose outputs lie beside them. keras/make.py made them and says with what.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "io/open/open_model_file.h"
#include "models/networks_in_file.h"
#include "models/traits.h"
#include "support/source_folder.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

class KerasFiles : public testing::TestWithParam<const char*> {};

TEST_P(KerasFiles, MakeWhatKerasMakesOfThem) {
  const at::NoGradGuard no_grad;
  const std::filesystem::path folder = test::source_folder() + "/tests/models/layered/keras";
  const std::filesystem::path file = folder / GetParam();
  const std::vector<NetworkInFile> networks = networks_in(io::open_model_file(file));
  const NetworkInFile& network = choose_network(networks, "", file.string());
  EXPECT_TRUE(assumptions_of(network.found->spec).empty()) << "the file says it all";
  const GeneratorPtr g = generator_of(network.found->spec, network.weights, at::kCPU);
  const io::WeightSet made =
      io::open_model_file((folder / file.stem()).string() + ".safetensors").networks.at(0).weights;
  at::Tensor c;
  if (made.contains("c")) c = at::one_hot(made.at("c").to(at::kLong), g->spec().c_dim).to(at::kFloat);
  at::Tensor expected = made.at("y").permute({0, 3, 1, 2});
  const std::string end = network.found->spec.extra["generator"].back()["kind"];
  if (end == "sigmoid") expected = expected * 2 - 1;  // pictures are -1 to 1 here
  const at::Tensor y = g->synthesize(g->map(made.at("z"), c, {}), {});
  ASSERT_EQ(y.sizes(), expected.sizes());
  EXPECT_LT((y - expected).abs().max().item<float>(), 1e-5);
}

/// The library that reads them would walk such a heap for ever.
TEST(KerasHeaps, WhoseSizesLeadInCirclesAreRefused) {
  const test::TemporaryFolder folder;
  const std::string whole = read_file(test::source_folder() + "/tests/models/layered/keras/dense.h5");
  const std::size_t heap = whole.find(std::string("GCOL\1\0\0\0", 8));
  ASSERT_NE(heap, std::string::npos);
  // Of the first object, of the room behind the last one, of the whole heap.
  const std::size_t room = heap + 3896, first = heap + 16;
  ASSERT_EQ(whole[room], '\0');
  for (const std::size_t place : {first + 8, room + 8, heap + 8}) {
    for (const std::string& size : {std::string(8, '\0'), std::string(8, '\xff'), "\xf0" + std::string(7, '\xff'),
                                    std::string("\0\0\0\0\0\0\0\x20", 8)}) {
      if (place == first + 8 && size[0] == '\0' && size[7] == '\0') continue;  // an empty text
      std::string bytes = whole;
      bytes.replace(place, 8, size);
      write_file(folder / "odd.h5", bytes);
      EXPECT_THROW(io::open_model_file(folder / "odd.h5"), Error) << place - heap;
    }
  }
}

/// The library goes beyond its own memory on some such files: whatever it does stays in the copy that it runs in.
TEST(KerasDamage, IsAnAnswerAndNeverTheEndOfTheProgram) {
  const test::TemporaryFolder folder;
  const std::string whole = read_file(test::source_folder() + "/tests/models/layered/keras/dense.h5");
  RandomStream random(5);
  const auto below = [&](std::size_t count) { return static_cast<std::size_t>(random.uniform(0, 1) * count); };
  int refused = 0, opened = 0;
  for (int trial = 0; trial < 120; ++trial) {
    std::string bytes = whole;
    for (std::size_t i = 0; i <= below(8); ++i) {
      // Half of the places in the headers, where sizes and addresses stand.
      const std::size_t place = below(trial % 2 == 0 ? std::min<std::size_t>(bytes.size(), 4096) : bytes.size());
      bytes[place] = static_cast<char>(below(256));
    }
    if (trial % 10 == 0) bytes.resize(below(bytes.size()));
    write_file(folder / "odd.h5", bytes);
    try {
      io::open_model_file(folder / "odd.h5");
      ++opened;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("odd.h5"), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, 10);
  EXPECT_GT(opened, 10);
}

INSTANTIATE_TEST_SUITE_P(Made, KerasFiles,
                         testing::Values("transposed.h5", "valid.keras", "enlarging.keras", "dense.h5", "label.h5",
                                         "label.keras", "wide.keras"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace ganvas::models
