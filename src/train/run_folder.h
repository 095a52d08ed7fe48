#pragma once
// What a training run leaves on disk:
//   recipe.json                            the recipe with all overrides
//   log.jsonl                              a line of figures a generator step; the last line of a run that ended holds
//                                          "weights_hash" and "state"
//   checkpoints/step-00001000.safetensors  the newest two, each enough to go on exactly
//   model.safetensors                      the EMA generator, written at the end
//   rejected.txt                           files of the data set that cannot be used, a line each with the reason
//   samples/                               sheets, written by whoever drains the session's progress
// Every file but the log is written under a temporary name and renamed. The log is appended to; a resumed run first
// drops the lines of steps after its checkpoint.

#include <chrono>
#include <filesystem>
#include <string>

#include "train/report.h"

namespace ganvas {

/// The newest checkpoint of a run, or an empty path.
std::filesystem::path newest_checkpoint(const std::filesystem::path& run_folder);
/// Where the checkpoint of a step goes.
std::filesystem::path checkpoint_path(const std::filesystem::path& run_folder, std::int64_t step);
/// Removes all checkpoints but the newest `keep`.
void prune_checkpoints(const std::filesystem::path& run_folder, int keep);
/// True when the folder holds a log or a checkpoint.
bool holds_run(const std::filesystem::path& run_folder);

/// log.jsonl. Lines gather in memory and reach the file once a second, at most. For one thread.
class RunLog {
 public:
  /// Opens the log of a run that stands at `step`; lines of later steps are dropped. Throws Error.
  RunLog(const std::filesystem::path& run_folder, std::int64_t step);

  void add(const StepReport& report);
  /// The last line.
  void add_end(std::int64_t step, double kimg, const std::string& state, const std::string& weights_hash);
  /// True when lines have waited for a second.
  [[nodiscard]] bool due() const;
  /// Appends what waits. Throws Error when the disk is full; the lines then go on waiting.
  void flush();

 private:
  std::filesystem::path path_;
  std::string waiting_;
  std::uintmax_t size_ = 0;  // bytes of whole lines in the file
  std::chrono::steady_clock::time_point flushed_;
};

}  // namespace ganvas
