// The folders of src/ against the picture in docs/architecture.md, their sizes, and the namespaces of their files.

#include <gtest/gtest.h>

#include <regex>

#include "core/files.h"
#include "rules/repository.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

constexpr int most_files = 24;  ///< of a folder's own, so that a look at the list finds the one that is wanted

/// Folder under src/, as "app" or "app/view" -> the words beside it in the picture.
std::map<std::string, std::string> pictured_folders() {
  static const std::regex entry("^( *)(\\w+)/ *(.*)$");
  std::map<std::string, std::string> folders;
  std::vector<std::string> way;  // from the root to the folder of the present line
  for (const std::string& line : architecture_block("tree")) {
    std::smatch match;
    if (!std::regex_match(line, match, entry)) continue;
    way.resize(static_cast<std::size_t>(match.length(1)) / 2);
    way.push_back(match[2]);
    if (way.front() != "src" || way.size() == 1) continue;
    std::string name = way[1];
    for (std::size_t i = 2; i < way.size(); ++i) name += "/" + way[i];
    folders[name] = match[3];
  }
  return folders;
}

TEST(Tree, ThePictureShowsTheFoldersOfSrc) {
  const std::map<std::string, std::string> pictured = pictured_folders();
  std::set<std::string> present;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(repository() / "src")) {
    if (entry.is_directory()) present.insert(entry.path().lexically_relative(repository() / "src").string());
  }
  EXPECT_GT(present.size(), 20U);
  for (const std::string& folder : present)
    EXPECT_TRUE(pictured.contains(folder)) << folder << " is not in the picture";
  for (const auto& [folder, words] : pictured) {
    EXPECT_TRUE(present.contains(folder)) << folder << " is only in the picture";
    EXPECT_NE(words, "") << folder << " says nothing";
  }
}

TEST(Tree, NoFolderHoldsTooManyFiles) {
  std::map<std::string, int> files;
  for (const fs::path& path : files_under("src")) ++files[path.parent_path().string()];
  for (const auto& [folder, count] : files) EXPECT_LE(count, most_files) << folder;
}

TEST(Tree, NamespacesAreNamedAsTheTopFolders) {
  const std::string open_to_all = "ganvas::fields";  // core's: the field tables of types, each beside its type
  const std::set<std::string> macros_only = {"core/host_device.h", "core/threads/annotations.h"};
  static const std::regex declarations("namespace [\\w:]+ \\{\\s*((class|struct) \\w+;[^\\n]*\\s*)+\\}");
  static const std::regex opening("(^|\\n)namespace (ganvas[\\w:]*) \\{");
  for (const std::string& name : sources()) {
    if (macros_only.contains(name)) continue;
    const std::string own = top_folder(name) == "core" ? "ganvas" : "ganvas::" + top_folder(name);
    const std::string text = std::regex_replace(read_file(repository() / "src" / name), declarations, "");
    std::sregex_iterator match(text.begin(), text.end(), opening);
    EXPECT_NE(match, std::sregex_iterator()) << name << " is in no namespace";
    for (; match != std::sregex_iterator(); ++match) {
      const std::string space = (*match)[2];
      EXPECT_TRUE(space == open_to_all || (space + "::").starts_with(own + "::")) << name << " opens " << space;
    }
  }
}

}  // namespace
}  // namespace ganvas::test
