// Words that do not belong here, the recipes, and the list of suites that must have run.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <regex>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "core/json_text.h"
#include "rules/repository.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

/// The first of `words` that stands in `line` by itself, not as a part of a longer word; or an empty string.
std::string word_in(const std::string& line, const std::vector<std::string>& words) {
  const auto joins = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (const std::string& word : words) {
    for (auto at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      if ((at == 0 || !joins(line[at - 1])) && (end == line.size() || !joins(line[end]))) return word;
    }
  }
  return "";
}

/// A folder that exists on the machine of whoever wrote the line, or an empty string.
std::string machine_path_in(const std::string& line) {
  for (const std::string folder : {"/home/", "/root/", "/Users/", "/work/"}) {
    for (auto at = line.find(folder); at != std::string::npos; at = line.find(folder, at + 1)) {
      const char before = at == 0 ? ' ' : line[at - 1];  // "a/home/b" and "$root/home/b" are no absolute paths
      const bool inside =
          std::isalnum(static_cast<unsigned char>(before)) != 0 || std::strchr("_.-)}", before) != nullptr;
      const std::size_t end = at + folder.size();
      if (!inside && end < line.size() && std::isalnum(static_cast<unsigned char>(line[end])) != 0) return folder;
    }
  }
  return "";
}

TEST(Text, NothingIsLeftForLaterAndNoPathOfOneMachine) {
  const std::vector<std::string> later = {std::string("TO") + "DO", std::string("FIX") + "ME", std::string("X") + "XX"};
  std::size_t files = 0;
  for (const fs::path& path : files_under("")) {
    if (read_file(repository() / path).find('\0') != std::string::npos) continue;  // no text
    ++files;
    const bool own_root = path == "tests/fresh/check.sh";  // names folders of the system that it makes
    int number = 0;
    for (const std::string& line : lines_of(path)) {
      ++number;
      EXPECT_EQ(word_in(line, later), "") << path << ":" << number;
      EXPECT_EQ(own_root ? "" : machine_path_in(line), "") << path << ":" << number;
    }
  }
  EXPECT_GT(files, 100U);
}

TEST(Text, TheMeasureFindsWhatItShould) {
  EXPECT_EQ(word_in("a // NOW: b", {"NOW"}), "NOW");
  EXPECT_EQ(word_in("KNOWN, NOW_OR_LATER", {"NOW"}), "");
  EXPECT_EQ(machine_path_in(std::string("cd /ho") + "me/somebody/ganvas"), "/home/");
  EXPECT_EQ(machine_path_in("see docs/home/page and $root/home/page"), "");
}

/// A named pipe or a device would be waited for: core/files.h looks first.
TEST(Text, FilesThatPeopleNameAreOpenedInOnePlace) {
  const std::set<std::string> others = {"src/core/files.cpp",            // that place
                                        "src/core/threads/threads.cpp",  // /proc
                                        "src/core/process/confined.cpp",
                                        "src/core/process/torn_files.cpp",
                                        "src/app/render/device.cpp",
                                        "src/data/formats/folder.cpp",       // what was seen to be a regular file
                                        "src/data/formats/zip_writer.cpp"};  // a new file of its own
  const std::regex opening(R"(\bifstream \w+\(|\bfopen\(|\bgzopen\(|\bsf_open\(|\bzip_open\()");
  for (const fs::path& path : files_under("src")) {
    if (others.contains(path.string())) continue;
    const std::vector<std::string> lines = lines_of(path);
    const bool looks = std::ranges::any_of(lines, [](const std::string& line) {
      return line.find("_regular_file(") != std::string::npos || line.find("first_bytes(path") != std::string::npos ||
             line.find("MappedFile(") != std::string::npos;
    });
    for (const std::string& line : lines)
      EXPECT_TRUE(looks || !std::regex_search(line, opening)) << path << ": " << line;
  }
}

/// Where paths meet JSON: Json::dump() throws for a file's name that is no UTF-8; json_text() does not.
TEST(Text, JsonIsWrittenInOnePlace) {
  for (const char* folder : {"src/app", "src/cli", "src/desktop", "src/train/ranks", "src/train/recipe",
                             "src/train/run", "src/train/step", "src/train/watch"})
    for (const fs::path& path : files_under(folder))
      for (const std::string& line : lines_of(path)) EXPECT_EQ(line.find(".dump("), line.npos) << path << ": " << line;
}

/// LibTorch's own loop is one thread's here, in silence (ops/vector/parallel.h).
TEST(Text, LoopsOnSeveralThreadsGoThroughOnePlace) {
  for (const fs::path& path : files_under("src")) {
    if (path.parent_path() == "src/ops/vector") continue;
    for (const std::string& line : lines_of(path))
      EXPECT_EQ(line.find("at::parallel_for"), line.npos) << path << ": " << line;
  }
}

TEST(Recipes, EachIsJsonUnderItsOwnName) {
  int recipes = 0;
  for (const fs::path& path : files_under("assets/recipes")) {
    ASSERT_EQ(path.extension(), ".json") << path;
    Json recipe;
    ASSERT_NO_THROW(recipe = read_json(repository() / path)) << path;
    EXPECT_EQ(get_or<std::string>(recipe, "name", ""), path.stem()) << path;
    ++recipes;
  }
  EXPECT_GE(recipes, 1);
}

TEST(Suites, TheListTheBuildAndTheFoldersAgree) {
  std::vector<std::string> listed = lines_of("tests/suites.txt");
  std::vector<std::string> built;
  static const std::regex entry("^ganvas_test\\((\\w+).*");
  for (const std::string& line : lines_of("tests/CMakeLists.txt")) {
    std::smatch match;
    if (std::regex_match(line, match, entry)) built.push_back(match[1]);
  }
  std::sort(listed.begin(), listed.end());
  std::sort(built.begin(), built.end());
  EXPECT_EQ(listed, built);
  for (const std::string& suite : listed) {
    std::size_t tests = 0;
    ASSERT_TRUE(fs::is_directory(repository() / "tests" / suite)) << suite;
    for (const fs::path& path : files_under("tests/" + suite)) tests += path.extension() == ".cpp";
    EXPECT_GT(tests, 0U) << "a suite without sources would be skipped in silence: " << suite;
  }
}

}  // namespace
}  // namespace ganvas::test
