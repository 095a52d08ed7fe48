#pragma once
// Chooses a file or folder inside the window.

#include <filesystem>
#include <string>
#include <vector>

#include "ui/widgets/context.h"

namespace ganvas::ui {

/// A folder that training has written: it holds a recipe.json.
bool is_run_folder(const std::filesystem::path& folder);

class FileDialog {
 public:
  /// Opens with the next draw(), in the folder that was used last.
  void open(FileRequest request);
  /// Call once a frame.
  void draw(const UiContext& ui);

 private:
  struct Entry {
    std::string name;  ///< under the folder
    std::string text;  ///< for people
    std::string note;  ///< at the right edge
    bool folder = false;
    bool run = false;
  };

  void enter(const std::filesystem::path& folder);
  void add(const std::filesystem::directory_entry& found, std::vector<Entry>& entries) const;
  void draw_entries(const UiContext& ui);
  bool draw_entry(const UiContext& ui, const Entry& entry);
  void accept();
  void finish(const std::filesystem::path& path);
  [[nodiscard]] bool fits(const std::filesystem::path& file) const;

  FileRequest request_;
  bool opening_ = false;
  std::filesystem::path folder_;
  std::vector<Entry> entries_;
  std::filesystem::path go_to_;  ///< folder to enter before the next frame
  std::string name_;
  std::string problem_;
};

}  // namespace ganvas::ui
