// A family of networks is known by its traits (src/models/traits.h): nobody but itself asks for it by name.

#include <gtest/gtest.h>

#include <regex>

#include "core/files.h"
#include "rules/repository.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

bool is_source(const fs::path& path) {
  return path.extension() == ".cpp" || path.extension() == ".h" || path.extension() == ".cu";
}

/// Name -> folder, of every `.name = "..."` in a file of src/models/ that makes a Family.
std::map<std::string, fs::path> registered_families() {
  static const std::regex made("Family \\w+_family\\(\\) \\{\\s*return \\{\\s*\\.name = \"(\\w+)\"");
  std::map<std::string, fs::path> families;
  for (const fs::path& path : files_under("src/models")) {
    const std::string text = read_file(repository() / path);
    std::smatch match;
    if (is_source(path) && std::regex_search(text, match, made)) families[match[1]] = path.parent_path();
  }
  return families;
}

/// Whether the line compares something with this literal, or with one that begins so.
bool asks_for(const std::string& line, const std::string& name) {
  if (line.find("\"" + name) == std::string::npos) return false;  // quick
  const std::string literal = "\"" + name + "\\w*\"";
  return std::regex_search(line,
                           std::regex("[=!]= *" + literal + "|" + literal + " *[=!]=|(starts_with|find)\\(" + literal));
}

TEST(Families, NobodyAsksForOneByName) {
  const std::map<std::string, fs::path> families = registered_families();
  EXPECT_GE(families.size(), 6U);
  for (const fs::path& path : files_under("src")) {
    if (!is_source(path)) continue;
    int number = 0;
    for (const std::string& line : lines_of(path)) {
      ++number;
      for (const auto& [name, folder] : families)
        EXPECT_FALSE(path.parent_path() != folder && asks_for(line, name))
            << path << ":" << number << " asks for " << name << "; give Traits what it wants to know";
    }
  }
}

TEST(Families, TheMeasureFindsWhatItShould) {
  EXPECT_TRUE(asks_for("if (spec.family == \"dcgan\")", "dcgan"));
  EXPECT_TRUE(asks_for("return \"stylegan2\" != family;", "stylegan"));
  EXPECT_TRUE(asks_for("family.starts_with(\"stylegan\")", "stylegan"));
  EXPECT_FALSE(asks_for("std::string family = \"dcgan\";", "dcgan"));
  EXPECT_FALSE(asks_for("family == \"vae\"", "dcgan"));
}

}  // namespace
}  // namespace ganvas::test
