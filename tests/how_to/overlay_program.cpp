#include "how_to/overlay_program.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "core/error.h"
#include "rules/repository.h"
#include "support/process.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

using Words = std::vector<std::string>;

/// How the build makes one object.
struct Compilation {
  Words sources;       ///< from the repository's root; several where the build compiles files together
  std::string object;  ///< from the build folder
  Words command;
};

fs::path build_folder() {
  return fs::path(program()).parent_path();
}

Words words_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

/// Ours of the sources that one given to the compiler stands for: itself, or those that CMake has put into it.
Words sources_of(const fs::path& given) {
  Words files{given.string()};
  if (given.filename().string().starts_with("unity_")) {
    files.clear();
    for (const Include& include : includes_of(lines_of(given))) files.push_back(include.name);
  }
  Words sources;
  for (const std::string& file : files) {
    const std::string source = fs::path(file).lexically_relative(repository());
    if (source.starts_with("src/") || source.starts_with("tests/")) sources.push_back(source);
  }
  return sources;
}

/// Runs a command in the build folder; its output.
std::string run_in_build(const std::string& what, const std::string& command) {
  constexpr std::size_t most = 6000;
  const ProcessResult result = run_shell(command, build_folder());
  const std::string& out = result.out;
  require(result.exit_code == 0, "{} failed:\n{}\n{}", what, result.err.substr(0, most),
          out.substr(out.size() - std::min(out.size(), most)));
  return out;
}

/// The word after `option`, or an empty one.
std::string word_after(const Words& words, const std::string& option) {
  const auto found = std::find(words.begin(), words.end(), option);
  return found == words.end() || found + 1 == words.end() ? "" : *(found + 1);
}

class OverlayProgram {
 public:
  explicit OverlayProgram(const fs::path& overlay) : overlay_(overlay) {
    for (const auto& entry : fs::recursive_directory_iterator(overlay)) {
      if (entry.is_regular_file()) touched_.insert(entry.path().lexically_relative(overlay).string());
    }
    read_commands("tests/" + test_folder() + "_test");
    fs::create_directories(overlay_ / "made");
  }

  void run() {
    for (const std::string& path : touched_) {
      if (is_source(path)) compile(path);
    }
    for (auto outdated = link(); !outdated.empty(); outdated = link()) {
      for (const std::string& path : outdated) compile(path);
    }
    const std::string report =
        run_in_build("The test", "GANVAS_ASSETS=" + overlay_.string() + " " + (overlay_ / "made/test").string());
    require(report.find("[  PASSED  ] 0 tests") == std::string::npos, "The overlay has no test.");
  }

 private:
  /// "models" where the overlay has tests/models/linear/linear_test.cpp.
  [[nodiscard]] std::string test_folder() const {
    for (const std::string& path : touched_) {
      if (path.starts_with("tests/") && path.ends_with("_test.cpp")) return (++fs::path(path).begin())->string();
    }
    fail("The overlay has no test.");
  }

  void read_commands(const std::string& target) {
    std::istringstream lines(run_in_build("ninja", "ninja -t commands " + target));
    for (std::string line; std::getline(lines, line);) {
      const Words words = words_of(line);
      if (const Words sources = sources_of(word_after(words, "-c")); !sources.empty())
        compilations_.push_back({sources, word_after(words, "-o"), words});
      link_command_ = words;  // the last one
    }
    cuda_ = std::ranges::any_of(compilations_, [](const Compilation& one) { return one.sources[0].ends_with(".cu"); });
  }

  /// What third_party/Folder.cmake takes of a folder.
  [[nodiscard]] bool is_source(const std::string& path) const {
    if (path.ends_with(".cu") || path.ends_with("_cuda.cpp")) return cuda_;
    return path.ends_with(".cpp") && !(cuda_ && path.ends_with("_none.cpp"));
  }

  /// The build's command for the source, or for the one nearest to it of the same kind.
  [[nodiscard]] const Compilation& nearest(const std::string& path) const {
    const Compilation* best = nullptr;
    std::ptrdiff_t most = -1;
    for (const Compilation& one : compilations_) {
      const std::string& source = one.sources[0];
      if (fs::path(source).extension() != fs::path(path).extension()) continue;
      const auto same = std::ranges::mismatch(path, source).in1 - path.begin();
      if (same <= most) continue;
      most = same;
      best = &one;
    }
    require(best != nullptr, "The build has no command for files like {}.", path);
    return *best;
  }

  void compile(const std::string& path) {
    const std::string source = place_of(path).string();
    const std::string object = (overlay_ / "made" / path).string() + ".o";
    fs::create_directories(fs::path(object).parent_path());
    const std::string include = "-I" + (repository() / "src").string();
    std::string command;
    std::string before;
    for (const std::string& word : nearest(path).command) {
      const bool of_dependencies = word.starts_with("-M") || before == "-MT" || before == "-MF";
      if (word == include) command += "-I" + (overlay_ / "src").string() + " ";
      if (!of_dependencies) command += (before == "-c" ? source : before == "-o" ? object : word) + " ";
      before = word;
    }
    run_in_build("Compiling " + path, command);
    compiled_.insert(path);
    objects_.push_back(object);
  }

  [[nodiscard]] fs::path place_of(const std::string& path) const {
    return (touched_.contains(path) ? overlay_ : repository()) / path;
  }

  /// The file and all of ours that it includes, directly or through others.
  const std::set<std::string>& reached(const std::string& path) {
    const auto [known, is_new] = reached_.emplace(path, std::set{path});
    if (!is_new) return known->second;
    std::set<std::string> all{path};
    for (const Include& include : includes_of(lines_of(place_of(path)))) {
      for (const char* root : {"src/", "tests/"}) {
        const std::string other = root + include.name;
        if (include.quoted && fs::exists(place_of(other))) all.insert(reached(other).begin(), reached(other).end());
      }
    }
    return reached_[path] = all;
  }

  bool is_outdated(const Compilation& one) {
    return std::ranges::any_of(one.sources, [&](const std::string& source) {
      return std::ranges::any_of(reached(source), [&](const std::string& file) { return touched_.contains(file); });
    });
  }

  /// Whether the overlay's program must do without the object: it is compiled already, or has other tests.
  [[nodiscard]] bool is_replaced(const Compilation& one) const {
    return std::ranges::any_of(one.sources, [&](const std::string& source) {
      return compiled_.contains(source) || source.ends_with("_test.cpp");
    });
  }

  /// Makes an archive of objects, of which the linker takes what is needed; a thin one, so that the linker's trace
  /// names them by their paths.
  [[nodiscard]] std::string archive(const std::string& name, const std::vector<const Compilation*>& of) const {
    const std::string file = (overlay_ / "made" / name).string();
    std::string command = "rm -f " + file + "; ar rcsT " + file;
    for (const Compilation* one : of) command += " " + (build_folder() / one->object).string();
    run_in_build("ar", command);
    return file;
  }

  /// Whether a compiled file includes the header of the source.
  bool is_asked_for(const std::string& source) {
    const std::string header = source.substr(0, source.rfind('.')) + ".h";
    return std::ranges::any_of(compiled_, [&](const std::string& path) { return reached(path).contains(header); });
  }

  /// Links the program. The sources of the build's objects in it that do not know what the overlay changes.
  std::set<std::string> link() {
    std::vector<const Compilation*> present;
    std::vector<const Compilation*> outdated;
    std::vector<const Compilation*> replaced;
    for (const Compilation& one : compilations_)
      (is_replaced(one) ? replaced : is_outdated(one) ? outdated : present).push_back(&one);
    const std::string objects = " -Wl,--trace,--trace " + joined(objects_) + "-Wl,--start-group " +
                                archive("present.a", present) + " " + archive("outdated.a", outdated) +
                                " -Wl,--end-group";
    Words command;
    for (const std::string& word : link_command_) {
      const bool output = !command.empty() && command.back() == "-o";
      const bool ours = word.find("libganvas_") != std::string::npos ||
                        std::ranges::find(compilations_, word, &Compilation::object) != compilations_.end();
      if (output || !ours) command.push_back(output ? (overlay_ / "made/test").string() + objects : word);
    }
    const ProcessResult result = run_shell(joined(command), build_folder());
    std::set<std::string> found;
    for (const Compilation* one : outdated) {
      if (result.out.find(one->object) != std::string::npos) found.insert(one->sources.begin(), one->sources.end());
    }
    if (result.exit_code != 0) {
      // What lies in a replaced object is missing. And names of functions hold those of types: where a type is another
      // now, the linker does not find what is outdated. So: what lies beside the headers.
      outdated.insert(outdated.end(), replaced.begin(), replaced.end());
      for (const Compilation* one : outdated)
        std::ranges::copy_if(one->sources, std::inserter(found, found.end()),
                             [&](const std::string& source) { return is_asked_for(source); });
    }
    const auto done = [&](const std::string& source) {
      return compiled_.contains(source) || source.ends_with("_test.cpp");
    };
    std::erase_if(found, done);
    if (result.exit_code != 0 && found.empty()) {  // what objects that stay want of a replaced one
      for (const Compilation* one : replaced) found.insert(one->sources.begin(), one->sources.end());
      std::erase_if(found, done);
    }
    require(result.exit_code == 0 || !found.empty(), "Linking failed:\n{}", result.err.substr(0, 6000));
    return found;
  }

  fs::path overlay_;
  std::set<std::string> touched_;  ///< files of the overlay
  std::vector<Compilation> compilations_;
  Words link_command_;
  bool cuda_ = false;
  std::set<std::string> compiled_;
  Words objects_;
  std::map<std::string, std::set<std::string>> reached_;
};

}  // namespace

void run_overlay(const fs::path& overlay) {
  OverlayProgram(overlay).run();
}

}  // namespace ganvas::test
