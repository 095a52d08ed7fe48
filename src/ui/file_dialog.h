#pragma once
// Chooses a file or folder inside the window.

#include <filesystem>
#include <string>
#include <vector>

#include "ui/context.h"

namespace ganvas {

class FileDialog {
 public:
  /// Opens with the next draw(), in the folder that was used last.
  void open(FileRequest request);
  /// Call once a frame.
  void draw(const UiContext& ui);

 private:
  struct Entry {
    std::string name;
    bool folder = false;
    std::uintmax_t bytes = 0;
  };

  void enter(const std::filesystem::path& folder);
  void draw_entries(const UiContext& ui);
  void finish(const std::filesystem::path& path);
  [[nodiscard]] bool fits(const std::filesystem::path& file) const;

  FileRequest request_;
  bool opening_ = false;
  std::filesystem::path folder_;
  std::vector<Entry> entries_;
  std::string name_;
  std::string problem_;
};

}  // namespace ganvas
