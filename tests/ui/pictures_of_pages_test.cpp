// The pictures of the README and the tour are of this version's window: docs/images/made.json, which the scripts write
// that make them, says so of each.

#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "support/process.h"
#include "support/source_folder.h"
#include "ui/panels/panels.h"

namespace ganvas::ui {
namespace {

namespace fs = std::filesystem;

/// Names of the files of docs/images that a page shows.
std::vector<std::string> shown_by(const fs::path& page) {
  std::ifstream file(page);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  static const std::regex picture(R"(images/([A-Za-z0-9_-]+\.(?:png|gif)))");
  std::vector<std::string> names;
  for (auto found = std::sregex_iterator(text.begin(), text.end(), picture); found != std::sregex_iterator(); ++found)
    names.push_back((*found)[1]);
  return names;
}

/// As docs/screen.sh writes them down: sorted, with a space between.
std::string tabs_of_this_window() {
  std::set<std::string> names;
  for (const auto& panel : make_panels())
    if (panel->info().place == PanelPlace::tab) names.insert(panel->info().name);
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

TEST(PicturesOfPages, AreOfThisVersionAndMadeByTheirScripts) {
  const fs::path repository = test::source_folder();
  const test::TemporaryFolder folder;
  std::string version = test::run_program("--version", folder.path()).out;
  version.erase(version.find_last_not_of('\n') + 1);
  const Json made = read_json(repository / "docs/images/made.json");
  for (const char* page : {"README.md", "docs/tour.md", "docs/formats.md"}) {
    const std::vector<std::string> names = shown_by(repository / page);
    EXPECT_FALSE(names.empty()) << page;
    for (const std::string& name : names) {
      ASSERT_TRUE(made.contains(name)) << page << " shows " << name << ", which no script of docs/ has made";
      const Json& says = made[name];
      const std::string script = says.at("by");
      EXPECT_TRUE(fs::is_regular_file(repository / script)) << name << " was made by " << script;
      EXPECT_EQ(says.at("version"), version) << name << ": run " << script << " again";
      EXPECT_EQ(says.at("tabs"), tabs_of_this_window()) << name << " shows another window: run " << script << " again";
      EXPECT_EQ(says.at("sha256"), sha256_of_file(repository / "docs/images" / name))
          << name << " is not what " << script << " made";
    }
  }
}

}  // namespace
}  // namespace ganvas::ui
