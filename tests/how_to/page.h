#pragma once
// docs/how-to.md as data: what each of its sections tells a reader to do, and doing it on copies of the files.

#include <filesystem>
#include <string>
#include <vector>

namespace ganvas::test {

/// "Create `path`:", "In `path`, after the line `anchor` add:", "... before the line ...", or
/// "In `path`, write `text` in place of the first `anchor`."
struct Step {
  enum class Kind { create, after, before, replace };
  Kind kind = Kind::create;
  std::string path;  ///< from the repository's root
  std::string anchor;
  std::string text;
};

struct Section {
  std::string title;
  std::vector<Step> steps;
  /// "Files touched: 3 (1 new)."; the page counts neither tests nor documents.
  int touched = 0;
  int created = 0;
};

/// The sections of the page. Throws Error for a block that no step uses, a step without its block, and a section that
/// does not say how many files it touches.
std::vector<Section> read_page(const std::filesystem::path& page);

/// Carries the steps out: new files and changed copies of the repository's files are written under `overlay`, at their
/// paths. Throws Error for a step that does not fit: a file that is there already, a line that is missing or stands
/// twice, a number of files other than the section says.
void carry_out(const Section& section, const std::filesystem::path& overlay);

}  // namespace ganvas::test
