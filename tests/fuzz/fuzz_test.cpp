// Each reader gets its seeds, and those with bytes changed, cut and doubled: a fixed number of inputs, the same each
// time. ./dev fuzz looks for more, as long as it is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "fuzz/targets.h"

namespace ganvas::fuzz {
namespace {

constexpr int rounds = 400;  // a reader

/// One to eight changes, more of them near the beginning, where files say what they are.
std::string changed(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t count) { return count == 0 ? 0 : random() % count; };
  for (std::size_t changes = 1 + below(8); changes > 0; --changes) {
    const std::size_t reach = below(2) == 0 ? std::min<std::size_t>(bytes.size(), 200) : bytes.size(),
                      at = below(reach);
    switch (below(7)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.insert(at, bytes.substr(below(bytes.size()), below(64)));
        break;
      case 2:
        bytes.erase(at, below(16));
        break;
      case 3:  // a size of all ones
        for (std::size_t i = at; i < std::min(at + 8, bytes.size()); ++i) bytes[i] = '\xff';
        break;
      case 4:
        bytes.insert(at, 1, "0123456789{}[]\",:.-eE"[below(21)]);
        break;
      default:
        if (at < bytes.size()) bytes[at] = static_cast<char>(random());
    }
  }
  return bytes;
}

class Fuzz : public testing::TestWithParam<Target> {};

TEST_P(Fuzz, TheReaderAnswersOrRefuses) {
  const Target& target = GetParam();
  std::vector<std::string> seeds = target.seeds();
  ASSERT_FALSE(seeds.empty()) << "without a seed nothing is reached";
  for (const std::string& seed : seeds) EXPECT_NO_THROW(target.read(seed));
  std::mt19937 random(17);
  for (int round = 0; round < rounds; ++round) {
    const std::string input = changed(seeds[random() % seeds.size()], random);
    EXPECT_NO_THROW(target.read(input)) << "round " << round;
  }
}

std::vector<Target> all_targets() {
  std::vector<Target> all;
  for (const auto& table : {model_targets(), data_targets(), document_targets()})
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

INSTANTIATE_TEST_SUITE_P(Readers, Fuzz, testing::ValuesIn(all_targets()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace ganvas::fuzz
