#pragma once
// The model files of the reference data, whatever set it is.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/source_folder.h"

namespace ganvas::models {

/// Every snapshot and state dict of the folder in $GANVAS_REFERENCE (default: tests/reference), sorted; not the hostile
/// ones, and not what is no generator or discriminator.
inline std::vector<std::filesystem::path> reference_models() {
  namespace fs = std::filesystem;
  const char* given = std::getenv("GANVAS_REFERENCE");
  const fs::path root = given != nullptr && *given != '\0' ? given : test::source_folder() + "/tests/reference";
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string parent = entry.path().parent_path().filename().string(), kind = entry.path().extension().string();
    if (parent == "malformed" || parent == "metrics") continue;
    if (kind == ".pkl" || kind == ".pt" || kind == ".pth") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// "sg2ada_main/network-snapshot-000025.pkl" of its whole path.
inline std::string short_name(const std::filesystem::path& file) {
  return (file.parent_path().filename() / file.filename()).string();
}

}  // namespace ganvas::models
