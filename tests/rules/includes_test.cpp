// The #include lines of src/ against the table of docs/architecture.md.

#include <fnmatch.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "core/error.h"
#include "rules/repository.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

std::vector<Include> includes_in(const std::string& name) {
  return includes_of(lines_of(fs::path("src") / name));
}

std::set<std::string> torch_free_headers() {  // each line of the block is a name, or a pattern of the shell's
  std::set<std::string> headers;
  for (const std::string& pattern : architecture_block("torch-free")) {
    const std::size_t before = headers.size();
    for (const std::string& name : sources()) {
      if (fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0) headers.insert(name);
    }
    EXPECT_GT(headers.size(), before) << "no header is meant by " << pattern;
  }
  return headers;
}

bool is_torch(const std::string& name) {
  static const std::set<std::string> roots = {"torch", "ATen", "c10"};
  return roots.contains(top_folder(name));
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

TEST(Includes, EveryRoomIsInTheTable) {
  const auto table = include_table();
  ASSERT_GE(sources().size(), 50U) << "the sources were not found";
  std::set<std::string> rooms = {"torch-free"};
  for (const std::string& name : sources()) {
    for (std::string room = room_of(name); !room.empty(); room = room_of(room)) rooms.insert(room);
  }
  for (const std::string& room : rooms) EXPECT_TRUE(room == "torch-free" || table.contains(room)) << room;
  for (const auto& [room, may] : table) {
    EXPECT_TRUE(rooms.contains(room)) << room << " has no sources";
    for (const std::string& other : may) EXPECT_TRUE(rooms.contains(other)) << room << " -> " << other;
  }
}

TEST(Includes, NoRoomReachesFurtherThanItsFolder) {
  const auto closure = include_closure();
  for (const auto& [room, reached] : closure) {
    const std::string folder = top_folder(room);
    ASSERT_TRUE(closure.contains(folder)) << room;
    for (const std::string& other : reached)
      EXPECT_TRUE(may_include(folder, closure.at(folder), other)) << room << " reaches " << other;
  }
}

TEST(Includes, FollowTheTable) {
  const auto closure = include_closure();
  const std::set<std::string> torch_free = torch_free_headers();
  for (const std::string& name : sources()) {
    const std::string room = room_of(name);
    if (!closure.contains(room)) continue;  // the first test says so
    const std::set<std::string>& reached = closure.at(room);
    for (const Include& include : includes_in(name)) {
      if (!include.quoted) continue;
      const bool listed = reached.contains("torch-free") && torch_free.contains(include.name);
      EXPECT_TRUE(listed || may_include(room, reached, room_of(include.name))) << name << " includes " << include.name;
    }
  }
}

TEST(Includes, TheMeasureKnowsFoldersFromRooms) {
  EXPECT_TRUE(may_include("app", {"app", "train"}, "app/view")) << "a folder may include its rooms";
  EXPECT_TRUE(may_include("app", {"app", "train"}, "train/step")) << "another folder's name stands for its rooms";
  EXPECT_FALSE(may_include("app/view", {"app/view", "app"}, "app/time")) << "its own folder's does not";
  EXPECT_FALSE(may_include("app/view", {"app/view", "app/time"}, "app")) << "nor a room's for its folder";
  EXPECT_FALSE(may_include("app", {"app", "train/step"}, "train/watch"));
}

TEST(Includes, OwnOnesAreQuotedPathsFromSrc) {
  for (const std::string& name : sources()) {
    for (const Include& include : includes_in(name)) {
      const bool ours = fs::exists(repository() / "src" / include.name);
      EXPECT_EQ(include.quoted, ours) << name << " includes " << include.name;
    }
  }
}

TEST(Includes, NoRoomIncludesItselfThroughOthers) {
  EXPECT_EQ(cycle_in(include_table()), "") << "in the table";
  std::map<std::string, std::set<std::string>> graph;
  for (const std::string& name : sources()) {
    for (const Include& include : includes_in(name)) {
      if (include.quoted && room_of(include.name) != room_of(name)) graph[room_of(name)].insert(room_of(include.name));
    }
  }
  EXPECT_EQ(cycle_in(graph), "") << "in the sources";
}

TEST(Includes, NoTorchWhereThePictureIsShown) {
  const std::set<std::string> without = {"core", "media", "render", "ui", "desktop"};
  std::map<std::string, std::string> known;
  for (const std::string& name : sources()) {
    if (!without.contains(top_folder(name))) continue;
    EXPECT_EQ(way_to_torch(name, known), "");
  }
  for (const std::string& name : torch_free_headers()) EXPECT_EQ(way_to_torch(name, known), "");
  std::map<std::string, std::string> fresh;
  EXPECT_NE(way_to_torch("train/step/trainer.h", fresh), "") << "the measure finds torch where it is";
}

// Each costs seconds to compile that a torch-free one does not. Whoever adds one says so on the page, and why.
TEST(Includes, SourcesThatReadTorchDoNotGrowInSilence) {
  std::map<std::string, std::string> known;
  int count = 0;
  for (const std::string& name : sources())
    if (name.ends_with(".cpp") && !way_to_torch(name, known).empty()) ++count;
  const std::vector<std::string> stated = architecture_block("torch-sources");
  ASSERT_EQ(stated.size(), 1U);
  const int most = std::stoi(stated[0]);
  EXPECT_LE(count, most) << "more sources read torch than docs/architecture.md says";
  EXPECT_GE(count, most - 10) << "fewer do: lower the number in docs/architecture.md";
}

TEST(Includes, LinkedFoldersFollowTheTableToo) {
  const auto closure = include_closure();
  static const std::regex line("^ganvas_folder\\((\\w+)( TORCH)? LINKS ([^)]*)\\)");
  const auto is_room = [](const auto& line) { return line.first.find('/') != std::string::npos; };
  std::ptrdiff_t folders = 0;
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
  EXPECT_EQ(std::ssize(closure) - std::count_if(closure.begin(), closure.end(), is_room), folders);
}

}  // namespace
}  // namespace ganvas::test
