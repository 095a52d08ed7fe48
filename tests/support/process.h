#pragma once
// Runs the real program, as a person's shell would.

#include <filesystem>
#include <string>

#include "support/temporary_folder.h"

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

}  // namespace ganvas::test
