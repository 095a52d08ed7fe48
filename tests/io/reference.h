#pragma once
// What the tests of io share: where the reference files are.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/source_folder.h"
#include "support/temporary_folder.h"

namespace ganvas::io {

/// A file of the reference data: $GANVAS_REFERENCE, or tests/reference in the source tree.
inline std::filesystem::path reference(const std::string& relative) {
  const char* given = std::getenv("GANVAS_REFERENCE");
  const std::filesystem::path root =
      given != nullptr && *given != '\0' ? given : std::string(test::source_folder()) + "/tests/reference";
  return root / relative;
}

using test::TemporaryFolder;

}  // namespace ganvas::io
