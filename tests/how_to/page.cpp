#include "how_to/page.h"

#include <algorithm>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "rules/repository.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

/// Reads a page line by line: paragraphs name steps, the block after one is what its last step adds.
class PageReader {
 public:
  void line(const std::string& line) {
    if (line.starts_with("```")) {
      in_block_ = !in_block_;
      if (in_block_) end_paragraph();
      if (!in_block_) end_block();
    } else if (in_block_) {
      block_ += line + "\n";
    } else if (line.starts_with("## ")) {
      end_section();
      sections_.push_back({.title = line.substr(3)});
    } else if (line.empty()) {
      end_paragraph();
    } else {
      paragraph_ += (paragraph_.empty() ? "" : " ") + line;
    }
  }

  std::vector<Section> sections() {
    end_section();
    return std::move(sections_);
  }

 private:
  void end_paragraph() {
    if (paragraph_.empty()) return;
    const std::string text = std::exchange(paragraph_, "");
    if (sections_.empty()) return;
    Section& section = sections_.back();
    require(!waiting_, "\"{}\": no block follows on the step before \"{}\".", section.title, text);

    static const std::regex count("Files touched: (\\d+)(?: \\((\\d+) new\\))?\\.");
    static const std::regex replaced("In `([^`]+)`, write `([^`]+)` in place of the first `([^`]+)`\\.");
    static const std::regex added("(Create|In) `([^`]+)`(?:, (after|before) the line `([^`]+)` add)?:$");
    std::smatch match;
    if (std::regex_search(text, match, count)) {
      section.touched = std::stoi(match[1]);
      section.created = match[2].matched ? std::stoi(match[2]) : 0;
    }
    for (std::sregex_iterator step(text.begin(), text.end(), replaced), end; step != end; ++step)
      section.steps.push_back({Step::Kind::replace, (*step)[1], (*step)[3], (*step)[2]});
    if (std::regex_search(text, match, added)) {
      const bool create = match[1] == "Create";
      require(create != match[3].matched, "\"{}\": a step that nobody understands: \"{}\".", section.title, text);
      waiting_ = {create                ? Step::Kind::create
                  : match[3] == "after" ? Step::Kind::after
                                        : Step::Kind::before,
                  match[2], match[4], ""};
    }
  }

  void end_block() {
    const std::string title = sections_.empty() ? "" : sections_.back().title;
    require(waiting_.has_value(), "\"{}\": no step uses the block that begins \"{}\".", title,
            block_.substr(0, block_.find('\n')));
    waiting_->text = std::exchange(block_, "");
    sections_.back().steps.push_back(*std::exchange(waiting_, std::nullopt));
  }

  void end_section() {
    end_paragraph();
    if (sections_.empty()) return;
    const Section& section = sections_.back();
    require(!waiting_ && !in_block_, "\"{}\" ends in the middle of a step.", section.title);
    require(section.touched > 0, "\"{}\" does not say how many files it touches.", section.title);
  }

  std::vector<Section> sections_;
  std::string paragraph_;
  std::string block_;
  bool in_block_ = false;
  std::optional<Step> waiting_;  ///< for its block
};

std::string trimmed(const std::string& line) {
  const auto begin = line.find_first_not_of(' ');
  return begin == std::string::npos ? "" : line.substr(begin, line.find_last_not_of(' ') + 1 - begin);
}

/// `text` with the step's block beside the one line that is the step's anchor, whatever its indentation.
std::string with_block(const std::string& text, const Step& step) {
  std::istringstream lines(text);
  std::string result;
  int found = 0;
  for (std::string line; std::getline(lines, line);) {
    const bool here = trimmed(line) == step.anchor;
    found += here;
    if (here && step.kind == Step::Kind::before) result += step.text;
    result += line + "\n";
    if (here && step.kind == Step::Kind::after) result += step.text;
  }
  require(found == 1, "{} has the line \"{}\" {} times, not once.", step.path, step.anchor, found);
  return result;
}

std::string changed(std::string text, const Step& step) {
  if (step.kind != Step::Kind::replace) return with_block(text, step);
  const auto at = text.find(step.anchor);
  require(at != std::string::npos, "{} does not have \"{}\".", step.path, step.anchor);
  return text.replace(at, step.anchor.size(), step.text);
}

}  // namespace

std::vector<Section> read_page(const fs::path& page) {
  PageReader reader;
  for (const std::string& line : lines_of(page)) reader.line(line);
  return reader.sections();
}

void carry_out(const Section& section, const fs::path& overlay) {
  std::set<std::string> touched;
  std::set<std::string> created;
  for (const Step& step : section.steps) {
    const fs::path target = overlay / step.path;
    const bool create = step.kind == Step::Kind::create;
    const fs::path present = fs::exists(target) ? target : repository() / step.path;
    require(fs::exists(present) != create, "{} {}.", step.path, create ? "is there already" : "is missing");
    fs::create_directories(target.parent_path());
    if (step.path.starts_with("assets/"))  // which programs look for a folder at a time
      fs::copy(present.parent_path(), target.parent_path(),
               fs::copy_options::recursive | fs::copy_options::skip_existing);
    write_file(target, create ? step.text : changed(read_file(present), step));
    if (step.path.starts_with("tests/") || step.path.starts_with("docs/")) continue;
    touched.insert(step.path);
    if (create) created.insert(step.path);
  }
  require(std::ssize(touched) == section.touched && std::ssize(created) == section.created,
          "The steps touch {} files ({} new), the page says {} ({} new).", touched.size(), created.size(),
          section.touched, section.created);
}

}  // namespace ganvas::test
