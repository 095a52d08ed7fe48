// The sources of a room are compiled eight at a time, in the order of their names: whichever lie together, their
// helpers must not be called alike. A new file moves the others.

#include <gtest/gtest.h>

#include <regex>

#include "core/files.h"
#include "rules/repository.h"

namespace ganvas::test {
namespace {

/// What stands behind APART in a CMakeLists.txt, from the repository: "src/models/wgan/wgan_gp.cpp".
std::set<std::string> apart(const std::string& folder) {
  const std::string text = read_file(repository() / folder / "CMakeLists.txt");
  const std::regex call(R"(ganvas_(?:folder|test)\((\w+)([^()]*)\))"), name(R"([\w/]+\.cpp)");
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
    const std::string words = (*at)[2];
    const auto list = words.find("APART");
    if (list == std::string::npos) continue;
    const std::string names = words.substr(list);
    for (std::sregex_iterator one(names.begin(), names.end(), name); one != end; ++one)
      found.insert(folder + "/" + (*at)[1].str() + "/" + one->str());
  }
  return found;
}

/// Functions, types and constants of the unnamed namespaces, by their names.
std::set<std::string> helpers_of(const std::vector<std::string>& lines) {
  const std::regex type(R"(^(?:struct|class|enum class) (\w+)\b(?:\s+final)?\s*(?:[:{].*)?$)"),
      constant(R"(^(?:constexpr|const) [\w:<>,\* ]*?(\w+)\s*(?:\[.*\])?\s*(?:=|\{|\().*)"),
      function(R"(^[A-Za-z_][\w:<>,\*& ]*?[\*& ](\w+)\(.*)");
  std::set<std::string> names;
  bool inside = false;
  for (const std::string& line : lines) {
    if (line == "namespace {") inside = true;
    if (line == "}  // namespace") inside = false;
    std::smatch part;
    const bool other = line.starts_with("using ") || line.starts_with("return ") || line.starts_with("TEST");
    if (!inside || other) continue;
    if (std::regex_match(line, part, type) || std::regex_match(line, part, constant) ||
        std::regex_match(line, part, function))
      names.insert(part[1]);
  }
  return names;
}

TEST(Together, HelpersOfARoomHaveNamesOfTheirOwn) {
  int files = 0;
  for (const char* folder : {"src", "tests"}) {
    const std::set<std::string> alone = apart(folder);
    for (const std::string& file : alone) EXPECT_TRUE(std::filesystem::exists(repository() / file)) << file;
    std::map<std::pair<std::string, std::string>, std::string> known;  // room and name -> file
    for (const auto& path : files_under(folder)) {
      const std::string file = path.string();
      if (path.extension() != ".cpp" || alone.contains(file)) continue;
      ++files;
      for (const std::string& name : helpers_of(lines_of(path))) {
        const auto [first, is_new] = known.emplace(std::pair(path.parent_path().string(), name), file);
        EXPECT_TRUE(is_new) << name << " of " << file << " is called as one of " << first->second
                            << ": use one for both, or write the file behind APART of " << folder << "/CMakeLists.txt";
      }
    }
  }
  EXPECT_GT(files, 300);
}

TEST(Together, TheMeasureFindsWhatItShould) {
  const std::set<std::string> names = helpers_of(
      {"int outside() {", "namespace {", "struct Thing {", "  int member = 0;", "constexpr int few = 3;",
       "std::string text_of(const Thing& thing) {", "  return call(thing);", "class Other final : public X {",
       "const std::map<int, int> table{", "}  // namespace", "int after() {"});
  EXPECT_EQ(names, (std::set<std::string>{"Thing", "few", "text_of", "Other", "table"}));
}

}  // namespace
}  // namespace ganvas::test
