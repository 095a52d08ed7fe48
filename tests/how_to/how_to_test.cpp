// docs/how-to.md, followed word for word: each section's steps are carried out on copies of the files, compiled and
// linked as the build does it, and the section's test is run.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/files.h"
#include "how_to/overlay_program.h"
#include "how_to/page.h"
#include "rules/repository.h"
#include "support/process.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

void follow(const std::string& title) {
  const std::vector<Section> page = read_page("docs/how-to.md");
  const auto section = std::ranges::find(page, title, &Section::title);
  ASSERT_NE(section, page.end()) << "docs/how-to.md does not say how to add " << title;
  std::string name = title;
  std::ranges::replace(name, ' ', '_');
  // The same folder each time, so that a compiler cache knows the files again.
  const fs::path overlay = fs::path(program()).parent_path() / "how_to" / name;
  fs::remove_all(overlay);
  ASSERT_NO_THROW(carry_out(*section, overlay)) << title;
  ASSERT_NO_THROW(run_overlay(overlay)) << title;
}

// A suite each, so that they are followed at the same time.
TEST(HowToAddACommand, AsThePageSays) {
  follow("A command");
}
TEST(HowToAddASynthesisParameter, AsThePageSays) {
  follow("A synthesis parameter");
}
TEST(HowToAddAFamily, AsThePageSays) {
  follow("A family of networks");
}
TEST(HowToAddARecipe, AsThePageSays) {
  follow("A recipe");
}
TEST(HowToAddAKeyOfARecipe, AsThePageSays) {
  follow("A key of a recipe");
}
TEST(HowToAddALoss, AsThePageSays) {
  follow("A loss");
}
TEST(HowToAddALossTerm, AsThePageSays) {
  follow("A loss term");
}
TEST(HowToAddAFigure, AsThePageSays) {
  follow("A figure of a step");
}
TEST(HowToAddAMetric, AsThePageSays) {
  follow("A metric");
}
TEST(HowToAddAPanel, AsThePageSays) {
  follow("A panel");
}
TEST(HowToAddAnOperator, AsThePageSays) {
  follow("A tensor operator");
}

TEST(HowToPage, EverySectionIsFollowed) {
  const std::string tests = read_file(repository() / "tests/how_to/how_to_test.cpp");
  for (const Section& section : read_page("docs/how-to.md"))
    EXPECT_NE(tests.find("follow(\"" + section.title + "\")"), std::string::npos) << section.title;
}

/// What is said about a page that holds this.
std::string complaint(const std::string& text) {
  const TemporaryFolder folder;
  write_file(folder / "page.md", text);
  try {
    for (const Section& section : read_page(folder / "page.md")) carry_out(section, folder / "overlay");
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(HowToPage, WhatDoesNotFitIsFound) {
  const std::string head = "## X\n\nFiles touched: 1.\n\n";
  const std::string block = "\n\n```text\nx\n```\n";
  const std::string fits = "In `src/CMakeLists.txt`, after the line `if(GANVAS_CUDA)` add:";
  EXPECT_EQ(complaint(head + fits + block), "");
  EXPECT_NE(complaint("## X\n\n" + fits + block), "") << "no number of files";
  EXPECT_NE(complaint(head + fits + "\n"), "") << "no block";
  EXPECT_NE(complaint(head + "So:" + block), "") << "no step";
  EXPECT_NE(complaint(head + "In `src/none.cpp`, after the line `}` add:" + block), "") << "no file";
  EXPECT_NE(complaint(head + "In `src/CMakeLists.txt`, after the line `endif()` add:" + block), "") << "twice";
  EXPECT_NE(complaint(head + "In `src/CMakeLists.txt`, before the line `no such` add:" + block), "") << "no line";
  EXPECT_NE(complaint(head + "In `src/CMakeLists.txt`, write `a` in place of the first `no such`."), "");
  EXPECT_NE(complaint(head + "Create `src/main.cpp`:" + block), "") << "is there";
  EXPECT_NE(complaint(head + "Create `src/a.h`:" + block), "") << "a new one, which the number does not say";
}

}  // namespace
}  // namespace ganvas::test
