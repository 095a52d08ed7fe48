#pragma once
// A zip archive made of files, as NVIDIA's programs read their data sets.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace ganvas::data {

struct ZipEntry {
  std::string name;            ///< '/' divides folders
  std::filesystem::path file;  ///< its content; empty: `text` is
  std::string text;
};

/// Writes the entries in their order, stored and not packed, with one date: equal entries give equal bytes. Atomic: on
/// any failure `path` is the file before, or absent. Throws Error.
void write_zip(const std::filesystem::path& path, const std::vector<ZipEntry>& entries);

}  // namespace ganvas::data
