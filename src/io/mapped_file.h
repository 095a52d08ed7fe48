#pragma once
// A file as memory: readers look at its bytes where they lie and copy only what they keep.

#include <filesystem>
#include <string_view>

namespace ganvas::io {

/// Maps a regular file for reading as long as it lives. Throws Error with the system's reason. A file that another
/// program cuts off meanwhile ends this one, so keep the mapping no longer than the reading takes.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  /// Tells the system that this part was copied, so that it no longer counts as memory of the program. It stays
  /// readable. Nothing happens when the part is not of this file.
  void forget(std::string_view part) const;

 private:
  std::string_view bytes_;
};

}  // namespace ganvas::io
