#pragma once
// Runs the real program, as a person's shell would.

#include <filesystem>
#include <string>

namespace ganvas::test {

struct ProcessResult {
  int exit_code = -1;  ///< 128 + signal when it was killed
  std::string out;
  std::string err;
};

/// Runs a shell command in `folder` and waits for it.
ProcessResult run_shell(const std::string& command, const std::filesystem::path& folder);

/// Runs the program under test with these arguments, as a shell would split them, in `folder`.
ProcessResult run_program(const std::string& arguments, const std::filesystem::path& folder);

/// Path of the program under test ($GANVAS_PROGRAM, set by ctest).
std::string program();

/// A fresh folder that is removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace ganvas::test
