#pragma once
// The commands of a live session as a script (app/script/script.h). No torch.

#include <filesystem>
#include <string>
#include <vector>

#include "app/dispatch/command.h"

namespace ganvas::app {

/// Keeps the commands of a live session with the pauses between them, as a script.
class CommandRecorder {
 public:
  explicit CommandRecorder(std::filesystem::path path) : path_(std::move(path)) {}
  void tick(double seconds) { pause_ += seconds; }
  void add(const Command& command);
  /// The script so far, as the text of the file.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::size_t size() const { return steps_.size(); }

 private:
  std::filesystem::path path_;
  std::vector<Json> steps_;
  double pause_ = 0;
};

}  // namespace ganvas::app
