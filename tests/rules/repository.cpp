#include "rules/repository.h"

#include <algorithm>
#include <regex>
#include <sstream>

#include "core/error.h"
#include "core/files.h"
#include "support/source_folder.h"

namespace ganvas::test {
namespace fs = std::filesystem;

fs::path repository() {
  return test::source_folder();
}

std::vector<fs::path> files_under(const std::string& folder) {
  const std::set<std::string> made = {".git", "build", "out", "runs", ".cache", "__pycache__", "shared"};
  std::vector<fs::path> files;
  for (auto entry = fs::recursive_directory_iterator(repository() / folder); entry != fs::end(entry); ++entry) {
    if (entry->is_directory() && made.contains(entry->path().filename().string())) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      files.push_back(entry->path().lexically_relative(repository()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> lines_of(const fs::path& relative) {
  std::istringstream text(read_file(repository() / relative));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> architecture_block(const std::string& name) {
  const std::vector<std::string> lines = lines_of("docs/architecture.md");
  const auto begin = std::find(lines.begin(), lines.end(), "```" + name);
  require(begin != lines.end(), "docs/architecture.md has no block ```{}; put it back.", name);
  return {begin + 1, std::find(begin + 1, lines.end(), "```")};
}

std::vector<std::string> sources() {
  std::vector<std::string> names;
  for (const fs::path& path : files_under("src")) {
    const std::string kind = path.extension();
    const std::string name = path.lexically_relative("src").string();
    if ((kind == ".h" || kind == ".cpp" || kind == ".cu") && name != "main.cpp") names.push_back(name);
  }
  return names;
}

std::string top_folder(const std::string& name) {
  return name.substr(0, name.find('/'));
}

std::string room_of(const std::string& name) {
  return fs::path(name).parent_path().string();
}

std::map<std::string, std::set<std::string>> include_table() {
  std::map<std::string, std::set<std::string>> table;
  for (const std::string& line : architecture_block("includes")) {
    if (line.empty()) continue;
    std::istringstream words(line);
    std::string room;
    std::string arrow;
    words >> room >> arrow;
    require(arrow == "->", "docs/architecture.md: no arrow in the table's line \"{}\".", line);
    std::set<std::string>& may = table[room];
    for (std::string word; words >> word;) may.insert(word);
  }
  return table;
}

std::map<std::string, std::set<std::string>> include_closure() {
  const auto table = include_table();
  std::map<std::string, std::set<std::string>> closure;
  for (const auto& [room, may] : table) {
    std::vector<std::string> open = {room, "core"};
    std::set<std::string>& reached = closure[room];
    while (!open.empty()) {
      const std::string next = open.back();
      open.pop_back();
      if (!reached.insert(next).second || !table.contains(next)) continue;
      open.insert(open.end(), table.at(next).begin(), table.at(next).end());
    }
  }
  return closure;
}

bool may_include(const std::string& room, const std::set<std::string>& reached, const std::string& other) {
  const auto holds = [](const std::string& outer, const std::string& inner) {
    return (inner + "/").starts_with(outer + "/");
  };
  if (holds(room, other) || reached.contains(other)) return true;
  return std::any_of(reached.begin(), reached.end(),
                     [&](const std::string& folder) { return holds(folder, other) && !holds(folder, room); });
}

std::vector<Include> includes_of(const std::vector<std::string>& lines) {
  static const std::regex pattern("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"].*");
  std::vector<Include> includes;
  for (const std::string& line : lines) {
    std::smatch match;
    if (std::regex_match(line, match, pattern)) includes.push_back({match[2], match[1] == "\""});
  }
  return includes;
}

namespace {

/// The source with comments, literals and preprocessor lines blanked; line ends stay.
std::string bare_code(const std::string& source) {
  static const std::regex noise(
      "//[^\\n]*"
      "|/\\*[^]*?\\*/"
      "|R\"\\(([^]*?)\\)\""
      "|\"(?:\\\\[^]|[^\"\\\\\\n])*\""
      "|[0-9a-fA-F]'(?=[0-9a-fA-F])"  // a digit separator, no literal
      "|'(?:\\\\[^]|[^'\\\\\\n])+'");
  std::string code;
  std::size_t done = 0;
  for (std::sregex_iterator match(source.begin(), source.end(), noise), end; match != end; ++match) {
    const auto at = static_cast<std::size_t>(match->position());
    code.append(source, done, at - done);
    const std::string text = match->str();
    code.append(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), '\n');
    code += ' ';
    done = at + text.size();
  }
  code.append(source, done);
  static const std::regex directive("(^|\\n)[ \\t]*#(?:\\\\\\n|[^\\n])*");
  return std::regex_replace(code, directive, "$1");
}

bool opens_scope(const std::string& head) {
  static const std::regex scope("\\b(namespace|extern)\\b");
  static const std::regex type("\\b(class|struct|union|enum)\\b");
  return std::regex_search(head, scope) || (std::regex_search(head, type) && head.find('(') == std::string::npos);
}

bool opens_table(const std::string& head) {
  return head.find('=') != std::string::npos && head.find('(') == std::string::npos;
}

}  // namespace

std::vector<Block> code_blocks(const std::string& source) {
  const std::string code = bare_code(source);
  std::vector<Block> blocks;
  int depth = 0;  // braces open within the present block
  Block block;
  bool counted = false;
  std::string head;
  int line = 1;
  for (const char c : code) {
    line += c == '\n';
    if (depth > 0) {
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth > 0) continue;
      block.length = line - block.line + 1;
      if (counted) blocks.push_back(block);
      head.clear();
    } else if (c == '{' && opens_scope(head)) {
      head.clear();
    } else if (c == '{') {
      depth = 1;
      counted = !opens_table(head);
      block = {head, line, 0};
    } else if (c == ';' || c == '}') {
      head.clear();
    } else if (c != '\n' || !head.empty()) {
      head += c == '\n' ? ' ' : c;
    }
  }
  return blocks;
}

std::string cycle_in(const std::map<std::string, std::set<std::string>>& graph) {
  std::map<std::string, int> seen;  // 1 on the way, 2 done
  std::string found;
  const std::function<void(const std::string&)> visit = [&](const std::string& node) {
    if (seen[node] == 1) found = node;
    if (seen[node] != 0) return;
    seen[node] = 1;
    if (const auto edges = graph.find(node); edges != graph.end()) {
      for (const std::string& next : edges->second) visit(next);
    }
    seen[node] = 2;
  };
  for (const auto& [node, edges] : graph) visit(node);
  return found;
}

}  // namespace ganvas::test
