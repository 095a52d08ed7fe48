// The pages against the program: each command that a page or a help text names is one that the program takes.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "core/files.h"
#include "rules/repository.h"
#include "support/process.h"
#include "support/source_folder.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// What `ganvas WORDS --help` prints; empty where there is no such command.
std::string help_of(const std::string& words) {
  static std::map<std::string, std::string> known;
  if (const auto found = known.find(words); found != known.end()) return found->second;
  const ProcessResult result = run_program(words + " --help", fs::temp_directory_path());
  return known[words] = result.exit_code == 0 ? result.out : "";
}

/// The names below a heading of a help text, such as "Subcommands:".
std::set<std::string> names_below(const std::string& heading, const std::string& help) {
  std::set<std::string> names;
  bool below = false;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) below = false;
    if (below && line.starts_with("  ") && line[2] != ' ') names.insert(words_of(line).front());
    if (line == heading) below = true;
  }
  return names;
}

bool has_word(const std::string& text, const std::string& word) {
  return std::regex_search(text, std::regex("(^|[\\s,'\"`(])" + word + "($|[\\s,='\"`);:.])"));
}

/// The first option among the words that `text` does not know, or an empty string.
std::string unknown_option(const std::vector<std::string>& words, const std::string& text) {
  for (const std::string& word : words) {
    static const std::regex option("^(--?[A-Za-z][A-Za-z-]*).*");
    std::smatch match;
    if (std::regex_match(word, match, option) && !has_word(text, match[1])) return match[1];
  }
  return "";
}

/// What is wrong with a command of the program, without its first word; or an empty string.
std::string complaint_of_ganvas(std::vector<std::string> words) {
  if (!words.empty() && (words[0].starts_with("--torch") || words[0] == "--install-torch")) {  // the launcher's
    const auto taken = words[0] == "--torch" ? 2 : 1;
    words.erase(words.begin(), words.begin() + std::min<std::ptrdiff_t>(taken, std::ssize(words)));
  }
  std::string command;
  while (!words.empty() && names_below("Subcommands:", help_of(command)).contains(words[0])) {
    command += (command.empty() ? "" : " ") + words[0];
    words.erase(words.begin());
  }
  static const std::regex name("[a-z][a-z-]+");
  const bool needs_one = !names_below("Subcommands:", help_of(command)).empty();
  if (needs_one && !words.empty() && std::regex_match(words[0], name)) return "no subcommand " + words[0];
  const std::string option = unknown_option(words, help_of(command));
  return option.empty() ? "" : command + " has no " + option;
}

std::string complaint_of_dev(const std::vector<std::string>& words) {
  if (words.size() < 2) return "";
  const std::string dev = read_file(repository() / "dev");
  if (!std::regex_search(dev, std::regex("\n  " + words[1] + "( \\||\\))"))) return "./dev has no command " + words[1];
  if (words[1] != "run") return unknown_option(words, dev);
  return complaint_of_ganvas({words.begin() + (words.size() > 2 && words[2] == "--" ? 3 : 2), words.end()});
}

/// What is wrong with one command of a page, or an empty string.
std::string complaint_of(const std::string& command) {
  static const std::set<std::string> of_the_system = {"pip", "pipx", "python3", "git", "cd", "apt-get"};
  std::vector<std::string> words = words_of(command);
  while (!words.empty() && std::regex_match(words[0], std::regex("[A-Z_]+=.*"))) words.erase(words.begin());
  if (words.empty()) return "";
  const std::string first = words[0] == "./dev" ? words[0] : fs::path(words[0]).lexically_normal().string();
  if (first == "./dev") return complaint_of_dev(words);
  if (const auto at = std::ranges::find(words, "ganvas"); first == "torchrun" && at != words.end())
    return complaint_of_ganvas({at + 1, words.end()});
  if (first == "ganvas" || first.ends_with("/bin/ganvas") || first.starts_with("build/release/ganvas"))
    return complaint_of_ganvas({words.begin() + 1, words.end()});
  if (of_the_system.contains(fs::path(first).filename())) return "";
  if (first.starts_with("build/")) {
    const std::string suite = fs::path(first).filename().string();
    const std::vector<std::string> suites = lines_of("tests/suites.txt");
    const bool known = std::ranges::any_of(suites, [&](const std::string& name) { return name + "_test" == suite; });
    return known ? "" : "no test program " + suite;
  }
  if (!fs::is_regular_file(repository() / first)) return "no file " + first;
  return unknown_option(words, read_file(repository() / first));
}

/// The commands of a page: the lines of its blocks of shell, and those in its text.
std::vector<std::string> commands_of(const fs::path& page) {
  std::vector<std::string> commands;
  std::string text;
  bool shell = false;
  bool block = false;
  for (std::string line : lines_of(page)) {
    if (line.starts_with("```")) {
      block = !block;
      shell = block && line == "```sh";
    } else if (shell) {
      line = line.substr(0, line.find(" #"));
      for (auto at = line.find(" && "); at != std::string::npos; at = line.find(" && ")) {
        commands.push_back(line.substr(0, at));
        line = line.substr(at + 4);
      }
      commands.push_back(line);
    } else if (!block) {
      text += line + "\n";
    }
  }
  static const std::regex quoted("`((?:ganvas|\\./dev|torchrun|tests/\\S+\\.(?:sh|py)) [^`]*)`");
  for (std::sregex_iterator match(text.begin(), text.end(), quoted), end; match != end; ++match)
    commands.push_back((*match)[1]);
  return commands;
}

TEST(Pages, TheirCommandsAreTheProgramsOwn) {
  std::size_t commands = 0;
  for (const fs::path& page : files_under("")) {
    if (page.extension() != ".md") continue;
    for (const std::string& command : commands_of(page)) {
      EXPECT_EQ(complaint_of(command), "") << page << ": " << command;
      ++commands;
    }
  }
  EXPECT_GT(commands, 60U);
}

TEST(Pages, ExamplesOfHelpTextsAreTheProgramsOwn) {
  std::vector<std::string> open = {""};
  std::size_t examples = 0;
  while (!open.empty()) {
    const std::string command = open.back();
    open.pop_back();
    const std::string help = help_of(command);
    for (const std::string& name : names_below("Subcommands:", help))
      open.push_back(command.empty() ? name : command + " " + name);
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("  ganvas ") && !line.starts_with("  torchrun ")) continue;
      EXPECT_EQ(complaint_of(line.substr(0, line.find("   ", 3))), "") << command << ": " << line;
      ++examples;
    }
  }
  EXPECT_GT(examples, 25U);
}

TEST(Pages, WhatDoesNotFitIsFound) {
  EXPECT_EQ(complaint_of("ganvas --torch DIR generate --seeds 0-3"), "");
  EXPECT_EQ(complaint_of("X=1 ./dev run -- dataset sheet --data faces"), "");
  EXPECT_NE(complaint_of("ganvas gnerate --seeds 0-3"), "");
  EXPECT_NE(complaint_of("ganvas generate --sees 0-3"), "");
  EXPECT_NE(complaint_of("ganvas dataset maek a b"), "");
  EXPECT_NE(complaint_of("./dev biuld"), "");
  EXPECT_NE(complaint_of("./dev run -- info --no-such"), "");
  EXPECT_NE(complaint_of("tests/trials/no_such.py"), "");
  EXPECT_NE(complaint_of("build/release/tests/no_test"), "");
}

/// They are written for the root of a checkout; what they write stays in the test's folder.
TEST(Pages, TheCommandLinesOfTheirPageWork) {
  const TemporaryFolder folder;
  fs::create_directory_symlink(repository() / "tests", folder / "tests");
  int count = 0;
  for (const std::string& line : lines_of("docs/command-line.md")) {
    if (!line.starts_with("ganvas ")) continue;
    const ProcessResult result = run_program(line.substr(7), folder.path());
    EXPECT_EQ(result.exit_code, 0) << line << "\n" << result.err;
    ++count;
  }
  EXPECT_GE(count, 10);
}

TEST(Pages, TheIndexListsThemAll) {
  const std::string index = read_file(repository() / "docs/README.md");
  for (const fs::path& page : files_under("")) {
    if (page.extension() != ".md" || page == "docs/README.md") continue;
    const std::string link = page.lexically_relative("docs").string();
    EXPECT_NE(index.find("](" + link + ")"), std::string::npos) << page;
  }
}

}  // namespace
}  // namespace ganvas::test
