#include "app/open/recent_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "app/support.h"
#include "core/json.h"

namespace ganvas::app {
namespace {

using test::eventually;
using test::Folder;

class Recents : public testing::Test {
 protected:
  Folder folder;
  std::string problem;
  Worker worker{[this](const std::string& text) { problem = text; }};

  void settle() {
    ASSERT_TRUE(eventually([&] {
      worker.drain();
      return worker.in_flight() == 0;
    }));
    EXPECT_EQ(problem, "");
  }
  static std::vector<std::string> names(const RecentFiles& recent) {
    std::vector<std::string> names;
    for (const RecentFile& entry : recent.entries()) {
      names.push_back(std::filesystem::path(entry.path).filename().string());
    }
    return names;
  }
};

TEST_F(Recents, NewestFirstEachOnceAndTwelveAtMost) {
  RecentFiles recent(folder / "recent.json", worker);
  for (int i = 0; i < 20; ++i) recent.add(folder / ("m" + std::to_string(i)));
  recent.add(folder / "m12");
  settle();
  const auto list = names(recent);
  ASSERT_EQ(list.size(), RecentFiles::kMost);
  EXPECT_EQ(list[0], "m12");
  EXPECT_EQ(list[1], "m19");
  EXPECT_EQ(std::count(list.begin(), list.end(), "m12"), 1);
  EXPECT_TRUE(recent.entries()[0].missing) << "no such file was ever made";
}

TEST_F(Recents, TheNextProgramFindsThemAndTwoProgramsShareThem) {
  std::ofstream(folder / "here") << "x";
  RecentFiles first(folder / "recent.json", worker);
  first.add(folder / "here");
  settle();
  RecentFiles second(folder / "recent.json", worker);
  settle();
  ASSERT_EQ(second.entries().size(), 1u);
  EXPECT_FALSE(second.entries()[0].missing);
  second.add(folder / "b");
  first.add(folder / "c/");
  settle();
  EXPECT_EQ(names(first), (std::vector<std::string>{"c", "b", "here"}));
  first.clear();
  settle();
  EXPECT_TRUE(first.entries().empty());
  RecentFiles third(folder / "recent.json", worker);
  settle();
  EXPECT_TRUE(third.entries().empty());
}

TEST_F(Recents, PathsAreAbsolute) {
  RecentFiles recent(folder / "recent.json", worker);
  recent.add("some/../model.pt");
  settle();
  EXPECT_EQ(recent.entries().front().path, (std::filesystem::current_path() / "model.pt").string());
}

TEST_F(Recents, WithoutAFileTheyLiveAsLongAsTheProgram) {
  RecentFiles recent("", worker);
  recent.add(folder / "a");
  recent.add(folder / "b");
  settle();
  EXPECT_EQ(names(recent), (std::vector<std::string>{"b", "a"}));
}

TEST_F(Recents, AListThatCannotBeUsedBothersNobody) {
  std::ofstream(folder / "broken.json") << "{\"models\": 3";
  RecentFiles broken(folder / "broken.json", worker);
  broken.add(folder / "a");
  settle();
  EXPECT_EQ(names(broken), std::vector<std::string>{"a"}) << "it is written anew";
  RecentFiles nowhere("/proc/nowhere/recent.json", worker);
  nowhere.add(folder / "a");
  settle();
  EXPECT_EQ(names(nowhere), std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace ganvas::app
