#include <algorithm>

#include "core/files.h"
#include "fuzz/targets.h"
#include "support/source_folder.h"

namespace ganvas::fuzz {

namespace fs = std::filesystem;

std::vector<std::string> contents(const std::vector<std::string>& places, std::size_t most) {
  std::vector<fs::path> files;
  for (const std::string& place : places) {
    const fs::path path = fs::path(test::source_folder()) / place;
    if (fs::is_regular_file(path)) files.push_back(path);
    for (std::error_code error; const auto& entry : fs::directory_iterator(path, error))
      if (entry.is_regular_file() && entry.file_size() <= most) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<std::string> bytes;
  for (const fs::path& file : files) bytes.push_back(read_file(file));
  return bytes;
}

}  // namespace ganvas::fuzz
