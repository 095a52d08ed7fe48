#pragma once
// What the tests of io share: where the reference files are, and a folder that goes away.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/source_folder.h"

namespace ganvas::io {

/// A file of the reference data: $GANVAS_REFERENCE, or tests/reference in the source tree.
inline std::filesystem::path reference(const std::string& relative) {
  const char* given = std::getenv("GANVAS_REFERENCE");
  const std::filesystem::path root =
      given != nullptr && *given != '\0' ? given : std::string(test::source_folder()) + "/tests/reference";
  return root / relative;
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ganvas-io-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::size_t file_count() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
  }

 private:
  std::filesystem::path path_;
};

}  // namespace ganvas::io
