#pragma once
// The repository as text, for the tests of its rules.

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ganvas::test {

/// The folder that holds CMakeLists.txt.
std::filesystem::path repository();

/// Regular files under repository()/folder, sorted, relative to repository(). Leaves out .git and what builds and runs
/// make.
std::vector<std::filesystem::path> files_under(const std::string& folder);

/// The lines of a file, without line ends.
std::vector<std::string> lines_of(const std::filesystem::path& relative);

/// The lines of the fenced block ```name of docs/architecture.md. Throws Error when there is none.
std::vector<std::string> architecture_block(const std::string& name);

/// Names of the files under src/ that are C++ or CUDA, relative to src/ as #include lines name them. Without main.cpp.
std::vector<std::string> sources();

/// "app" of "app/view/synthesizer.h".
std::string top_folder(const std::string& name);

/// "app/view" of "app/view/synthesizer.h".
std::string room_of(const std::string& name);

/// Room, as "app" or "app/view" -> what stands right of its arrow in the table.
std::map<std::string, std::set<std::string>> include_table();

/// Room -> all that it reaches in the table, with itself and core.
std::map<std::string, std::set<std::string>> include_closure();

/// Whether a file of `room`, which reaches `reached`, may include one of room `other`: a folder stands for all its
/// rooms, but in the lines of those rooms for its own files.
bool may_include(const std::string& room, const std::set<std::string>& reached, const std::string& other);

/// One #include line.
struct Include {
  std::string name;     ///< what stands between the quotes or brackets
  bool quoted = false;  ///< with quotes: ours
};
std::vector<Include> includes_of(const std::vector<std::string>& lines);

/// A function body, or another block of code outside of all functions that is no type, namespace or table.
struct Block {
  std::string head;  ///< the text before its brace
  int line = 0;      ///< of its opening brace, from 1
  int length = 0;    ///< lines from brace to brace
};
/// The outermost code blocks of a C++ source, by its braces.
std::vector<Block> code_blocks(const std::string& source);

/// A node on a cycle of the graph, or an empty string.
std::string cycle_in(const std::map<std::string, std::set<std::string>>& graph);

}  // namespace ganvas::test
