// Files and functions stay small enough to read in one go.

#include <gtest/gtest.h>

#include "core/files.h"
#include "rules/repository.h"

namespace ganvas::test {
namespace {

constexpr int most_lines = 500;
constexpr int most_panel_lines = 200;
constexpr int most_function_lines = 80;

TEST(Sizes, FilesAndPanels) {
  int files = 0;
  for (const auto& path : files_under("src")) {
    const bool panel = path.string().starts_with("src/ui/panels/");
    EXPECT_LE(std::ssize(lines_of(path)), panel ? most_panel_lines : most_lines) << path;
    ++files;
  }
  EXPECT_GT(files, 50);
}

TEST(Sizes, Functions) {
  std::size_t functions = 0;
  for (const auto& path : files_under("src")) {
    const std::string kind = path.extension();
    if (kind != ".h" && kind != ".cpp" && kind != ".cu") continue;
    for (const Block& block : code_blocks(read_file(repository() / path))) {
      EXPECT_LE(block.length, most_function_lines) << path << ":" << block.line << " " << block.head;
      ++functions;
    }
  }
  EXPECT_GT(functions, 500U);
}

TEST(Sizes, TheMeasureCountsWhatItShould) {
  const std::vector<Block> blocks = code_blocks(R"code(#define X {
namespace a {
// { a comment "
struct S : B<int> {
  int value = 1'000;
  char brace = '{';
  S() : value{2}, brace("}"[0]) {
    go();
  }
  const char* text() const { return "{{{ \" // "; }
};
constexpr int table[] = {
  1,
};
template <class T>
void f(
    T x) {
  if (x) {
    y();
  }
}
}  // namespace a
)code");
  std::vector<int> lengths;
  for (const Block& block : blocks) lengths.push_back(block.length);
  EXPECT_EQ(lengths, (std::vector<int>{1, 3, 1, 5}));  // value{2}, the constructor, text, f
  EXPECT_EQ(blocks.back().line, 17);
}

}  // namespace
}  // namespace ganvas::test
