#pragma once
// A folder of 500 pictures as the world has them, and what a data set must make of each.

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace ganvas::test {

struct TortureFile {
  std::filesystem::path path;
  std::string kind;
  bool usable = true;
  std::array<int, 3> color{};  ///< of the upper half of a usable picture
  int tolerance = 0;           ///< of the decoder, a channel
  std::string reason;          ///< a part of what is said of the others
};

/// Writes the files: grey, alpha, CMYK, 16 bits, turned by EXIF, animated, huge, 1x1, wrong extensions, names of all
/// scripts; and cut short, empty, damaged, foreign ones. The same files each time.
std::vector<TortureFile> write_torture(const TemporaryFolder& folder, int count);

}  // namespace ganvas::test
