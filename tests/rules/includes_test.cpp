// The #include lines of src/ against the table of docs/architecture.md.

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "core/error.h"
#include "rules/repository.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

std::string folder_of(const std::string& name) {
  return name.substr(0, name.find('/'));
}

bool is_source(const fs::path& path) {
  const std::string kind = path.extension();
  return kind == ".h" || kind == ".cpp" || kind == ".cu";
}

std::vector<std::string> sources() {  // relative to src/, as #include lines name them; main.cpp may include everything
  std::vector<std::string> names;
  for (const fs::path& path : files_under("src")) {
    const std::string name = path.lexically_relative("src").string();
    if (is_source(path) && name != "main.cpp") names.push_back(name);
  }
  return names;
}

std::vector<Include> includes_in(const std::string& name) {
  return includes_of(lines_of(fs::path("src") / name));
}

std::set<std::string> torch_free_headers() {
  const std::vector<std::string> lines = architecture_block("torch-free");
  return {lines.begin(), lines.end()};
}

bool is_torch(const std::string& name) {
  static const std::set<std::string> roots = {"torch", "ATen", "c10"};
  return roots.contains(folder_of(name));
}

/// The chain of headers by which `name` reaches torch, or an empty string.
std::string way_to_torch(const std::string& name, std::map<std::string, std::string>& known) {
  if (const auto found = known.find(name); found != known.end()) return found->second;
  known[name] = "";
  for (const Include& include : includes_in(name)) {
    if (is_torch(include.name)) return known[name] = name + " > " + include.name;
    if (!include.quoted || !fs::exists(repository() / "src" / include.name)) continue;
    const std::string rest = way_to_torch(include.name, known);
    if (!rest.empty()) return known[name] = name + " > " + rest;
  }
  return "";
}

TEST(Includes, EveryFolderIsInTheTable) {
  const auto table = include_table();
  ASSERT_GE(sources().size(), 50U) << "the sources were not found";
  std::set<std::string> folders;
  for (const std::string& name : sources()) folders.insert(folder_of(name));
  for (const std::string& folder : folders) EXPECT_TRUE(table.contains(folder)) << folder;
  for (const auto& [folder, may] : table) EXPECT_TRUE(folders.contains(folder)) << folder << " has no sources";
}

TEST(Includes, FollowTheTable) {
  const auto closure = include_closure();
  const std::set<std::string> torch_free = torch_free_headers();
  for (const std::string& name : sources()) {
    const std::string folder = folder_of(name);
    if (!closure.contains(folder)) continue;  // the test above says so
    const std::set<std::string>& may = closure.at(folder);
    for (const Include& include : includes_in(name)) {
      if (!include.quoted) continue;
      const bool listed = may.contains("torch-free") && torch_free.contains(include.name);
      EXPECT_TRUE(listed || may.contains(folder_of(include.name))) << name << " includes " << include.name;
    }
  }
}

TEST(Includes, OwnOnesAreQuotedPathsFromSrc) {
  for (const std::string& name : sources()) {
    for (const Include& include : includes_in(name)) {
      const bool ours = fs::exists(repository() / "src" / include.name);
      EXPECT_EQ(include.quoted, ours) << name << " includes " << include.name;
    }
  }
}

TEST(Includes, NoFolderIncludesItselfThroughOthers) {
  std::map<std::string, std::set<std::string>> graph = include_table();
  EXPECT_EQ(cycle_in(graph), "") << "in the table";
  graph.clear();
  for (const std::string& name : sources()) {
    for (const Include& include : includes_in(name)) {
      if (include.quoted && folder_of(include.name) != folder_of(name))
        graph[folder_of(name)].insert(folder_of(include.name));
    }
  }
  EXPECT_EQ(cycle_in(graph), "") << "in the sources";
}

TEST(Includes, NoTorchWhereThePictureIsShown) {
  const std::set<std::string> without = {"core", "media", "render", "ui", "desktop"};
  const std::set<std::string> listed = torch_free_headers();
  std::map<std::string, std::string> known;
  for (const std::string& name : sources()) {
    if (!without.contains(folder_of(name))) continue;
    EXPECT_EQ(way_to_torch(name, known), "");
  }
  for (const std::string& name : listed) {
    ASSERT_TRUE(fs::exists(repository() / "src" / name)) << name;
    EXPECT_EQ(way_to_torch(name, known), "");
  }
  std::map<std::string, std::string> fresh;
  EXPECT_NE(way_to_torch("train/step/trainer.h", fresh), "") << "the measure finds torch where it is";
}

TEST(Includes, LinkedFoldersFollowTheTableToo) {
  const auto closure = include_closure();
  static const std::regex line("^ganvas_folder\\((\\w+)( TORCH)? LINKS ([^)]*)\\)");
  std::size_t folders = 0;
  for (const std::string& text : lines_of("src/CMakeLists.txt")) {
    std::smatch match;
    if (!std::regex_search(text, match, line)) continue;
    ++folders;
    ASSERT_TRUE(closure.contains(match[1])) << match[1];
    std::istringstream links(match[3]);
    for (std::string link; links >> link;) {
      const bool folder = closure.contains(link);  // else a library
      EXPECT_TRUE(!folder || closure.at(match[1]).contains(link)) << match[1] << " links " << link;
    }
  }
  EXPECT_EQ(folders, include_table().size());
}

}  // namespace
}  // namespace ganvas::test
