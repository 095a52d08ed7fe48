// docs/platforms.md against the sources: which files call the system.

#include <gtest/gtest.h>

#include <regex>

#include "core/files.h"
#include "rules/repository.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

bool calls_the_system(const std::string& source) {
  static const std::regex header(
      "#include "
      "<((sys|netinet|arpa)/\\w+|unistd|fcntl|poll|pthread|sched|dlfcn|spawn|malloc|termios|netdb|csignal|signal)"
      "(\\.h)?>");
  return std::regex_search(source, header) || source.find("\"/proc/") != std::string::npos;
}

TEST(Platforms, ThePageListsTheFilesThatCallTheSystem) {
  std::set<std::string> calling;
  for (const std::string& name : sources())
    if (calls_the_system(read_file(repository() / "src" / name))) calling.insert(name);
  std::set<std::string> listed;
  static const std::regex entry("`([\\w/]+\\.cpp)`");
  for (const std::string& line : lines_of("docs/platforms.md")) {
    if (!line.starts_with("| `")) continue;
    for (std::sregex_iterator match(line.begin(), line.end(), entry), end; match != end; ++match)
      listed.insert((*match)[1]);
  }
  EXPECT_GT(calling.size(), 10U);
  EXPECT_EQ(calling, listed);
}

TEST(Platforms, TheMeasureFindsWhatItShould) {
  EXPECT_TRUE(calls_the_system("#include <sys/stat.h>\n"));
  EXPECT_TRUE(calls_the_system("#include <csignal>\n"));
  EXPECT_TRUE(calls_the_system("open(\"/proc/meminfo\")"));
  EXPECT_FALSE(calls_the_system("#include <signals.h>\n#include <system_error>\n"));
}

}  // namespace
}  // namespace ganvas::test
