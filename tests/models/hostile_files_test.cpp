// Broken files all the way into a network: each loads or is refused, whatever was broken. GANVAS_FUZZ=1 does the full
// round (200 cuts and 2,000 flipped bytes a file, hours under a sanitizer); without it a sample of that.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "core/error.h"
#include "core/files.h"
#include "io/safetensors.h"
#include "models/networks_in_file.h"
#include "models/reference_models.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

namespace fs = std::filesystem;

bool full_round() {
  return std::getenv("GANVAS_FUZZ") != nullptr;
}

/// Opens the file and puts its chosen network together. Anything but an Error of one line fails.
bool loads(const fs::path& path) {
  try {
    const std::vector<NetworkInFile> networks = networks_in(io::open_model_file(path));
    const NetworkInFile& chosen = choose_network(networks, "", path.string());
    if (chosen.is_generator()) {
      generator_of(chosen.found->spec, chosen.weights, at::kCPU);
    } else {
      discriminator_of(chosen.found->spec, chosen.weights, at::kCPU);
    }
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return false;
  }
}

class HostileFiles : public testing::TestWithParam<fs::path> {
 protected:
  HostileFiles() : good_(read_file(GetParam())) {}

  fs::path write(const std::string& bytes) const {
    const fs::path path = folder_ / ("broken" + GetParam().extension().string());
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
  }

  test::TemporaryFolder folder_;
  std::string good_;
};

TEST_P(HostileFiles, CutAnywhere) {
  ASSERT_TRUE(loads(GetParam()));
  const std::size_t cuts = full_round() ? 200 : 20;
  for (std::size_t i = 0; i < cuts; ++i) loads(write(good_.substr(0, good_.size() * i / cuts)));
}

TEST_P(HostileFiles, FlippedAnywhere) {
  std::mt19937 random(11);
  const int rounds = full_round() ? 2000 : 60;
  for (int i = 0; i < rounds; ++i) {
    std::string bytes = good_;
    // Every other byte in the parts with the most structure: a file's first bytes, and its last ones.
    const std::size_t edge = std::min<std::size_t>(bytes.size(), 6000);
    const std::size_t at = i % 4 == 0   ? random() % edge
                           : i % 4 == 1 ? bytes.size() - 1 - random() % edge
                                        : random() % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + random() % 255));
    loads(write(bytes));
  }
}

INSTANTIATE_TEST_SUITE_P(Reference, HostileFiles, testing::ValuesIn(reference_models()), [](const auto& info) {
  std::string name = short_name(info.param);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

/// Our own format beside those of the others.
TEST(HostileSafetensors, LoadOrAreRefused) {
  const test::TemporaryFolder folder;
  NetworkSpec spec{.z_dim = 8};
  spec.extra["channels"] = {8, 8, 8, 8};
  io::write_safetensors(folder / "good.safetensors", model_file_of(*make_generator(spec, at::kCPU, 3)));
  const std::string good = read_file(folder / "good.safetensors");
  const fs::path broken = folder / "broken.safetensors";
  std::mt19937 random(5);
  for (int i = 0; i < (full_round() ? 2200 : 300); ++i) {
    std::string bytes = good;
    if (i % 11 == 0) {
      bytes.resize(random() % bytes.size());
    } else {
      bytes[random() % (i % 2 == 0 ? bytes.size() : 3000)] = static_cast<char>(random());
    }
    std::ofstream(broken, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    loads(broken);
  }
}

}  // namespace
}  // namespace ganvas::models
