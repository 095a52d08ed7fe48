#pragma once
// The models that were opened lately, kept in a file of the user's. No torch.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/open/model_view.h"
#include "core/threads/worker.h"

namespace ganvas::app {

/// All calls come from the UI thread; files are touched on the worker's thread alone, where each change reads the list
/// anew, so that two windows do not lose each other's entries. A list that cannot be read or written is only logged:
/// nobody's work depends on it.
class RecentFiles {
 public:
  static constexpr std::size_t kMost = 12;

  /// `file` holds the list as JSON; empty: the list is forgotten with the program. `worker` outlives the object.
  RecentFiles(std::filesystem::path file, Worker& worker);

  /// Puts a model file or run folder in front.
  void add(const std::string& path);
  void clear();
  /// Looks every few seconds whether the files are still there. `seconds` since the last call.
  void tick(double seconds);

  /// Newest first. Changes in the worker's drain().
  [[nodiscard]] const std::vector<RecentFile>& entries() const { return entries_; }

 private:
  enum class Change { none, add, clear };
  void change(Change kind, const std::string& path);

  std::filesystem::path file_;
  Worker& worker_;
  std::shared_ptr<std::vector<std::string>> paths_;  ///< of the worker's thread, between the readings of the file
  std::vector<RecentFile> entries_;
  double since_look_ = 0;
  bool busy_ = false;  ///< a job is under way
};

}  // namespace ganvas::app
