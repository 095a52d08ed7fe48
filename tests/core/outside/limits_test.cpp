// docs/security.md prints the limits as the program has them.
#include "core/outside/limits.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "support/source_folder.h"

namespace ganvas::limits {
namespace {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

TEST(Limits, StandOnThePageAsTheyAre) {
  const std::string page = read_file(std::string(test::source_folder()) + "/docs/security.md");
  std::string rows;
  for (const Limit& limit : table) rows += "| " + grouped(limit.most) + " | " + limit.what + " |\n";
  EXPECT_NE(page.find(rows), std::string::npos) << "the page should have these rows:\n" << rows;
}

TEST(Limits, APackedFileOfAnySizeMayHoldALittle) {
  EXPECT_EQ(unpacked(0), unpacked_free);
  EXPECT_EQ(unpacked(1000) - unpacked(0), 1000 * unpacked_ratio);
}

}  // namespace
}  // namespace ganvas::limits
