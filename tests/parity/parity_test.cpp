// Every case of the reference manifest, dispatched on its kind. A kind that is not known here and does not stand in
// waiting.txt fails, and so does an expected tensor that nobody compares.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "parity/reference.h"
#include "support/source_folder.h"

namespace ganvas::parity {
namespace {

const std::map<std::string, Check>& checks() {
  static const std::map<std::string, Check> table{
      {"dcgan", check_dcgan},
      {"latent_tools", check_latent_tools},
      {"metrics", check_metrics},
      {"malformed", check_malformed},
      {"wgan_clip", check_wgan_clip},
      {"wgan_gp", check_wgan_gp},
      {"stylegan_tf", check_stylegan_tf},
      {"stylegan2_ada", check_stylegan2_ada},
      {"stylegan2_ada_ops", check_stylegan2_ada_ops},
      {"stylegan2_ada_augment", check_stylegan2_ada_augment},
      {"stylegan2_rosinality", check_stylegan2_rosinality},
      {"stylegan2_tf", check_stylegan_tf},
      {"stylegan3", check_stylegan3},
  };
  return table;
}

/// waiting.txt: "kind" for a whole kind, "kind prefix" for the keys of a kind that start so.
std::multimap<std::string, std::string> waiting_list() {
  std::multimap<std::string, std::string> list;
  const char* given = std::getenv("GANVAS_WAITING");
  std::ifstream file(given != nullptr ? given : test::source_folder() + "/tests/parity/waiting.txt");
  EXPECT_TRUE(file.is_open()) << "the waiting list is missing";
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string kind, prefix;
    if (words >> kind) {
      words >> prefix;
      list.emplace(kind, prefix);
    }
  }
  return list;
}

std::size_t total_compared = 0;
int total_cases = 0;

class Reference : public testing::TestWithParam<std::string> {
 protected:
  static void TearDownTestSuite() {
    std::string waiting;
    for (const auto& [kind, prefix] : waiting_list()) waiting += " " + kind + (prefix.empty() ? "" : ":" + prefix);
    fmt::print("total: {} cases, {} tensors compared; waiting list:{}\n", total_cases, total_compared,
               waiting.empty() ? " empty" : waiting);
  }
};

TEST_P(Reference, AgreesWithTheAuthorsPrograms) {
  at::manual_seed(0);
  const Case subject = load_case(GetParam());
  const auto waiting = waiting_list();
  const auto check = checks().find(subject.kind);
  if (check == checks().end()) {
    const auto [first, last] = waiting.equal_range(subject.kind);
    const bool whole = std::any_of(first, last, [](const auto& entry) { return entry.second.empty(); });
    ASSERT_TRUE(whole) << "nobody checks cases of the kind " << subject.kind;
    fmt::print("{:28} waits for a later version ({} tensors)\n", subject.name, subject.tensors.size());
    return;
  }
  Comparison comparison(subject);
  for (auto [entry, last] = waiting.equal_range(subject.kind); entry != last; ++entry) {
    ASSERT_FALSE(entry->second.empty()) << subject.kind << " is checked and must leave waiting.txt";
    comparison.wait_for(entry->second);
  }
  check->second(subject, comparison);
  total_compared += comparison.finish();
  ++total_cases;
}

INSTANTIATE_TEST_SUITE_P(Cases, Reference, testing::ValuesIn(case_names()), [](const auto& info) {
  std::string name = info.param;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

}  // namespace
}  // namespace ganvas::parity
