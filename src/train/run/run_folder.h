#pragma once
// What a training run leaves on disk:
//   recipe.json                            the recipe with all overrides
//   log.jsonl                              a line of figures a generator step; the last line of a run that ended holds
//                                          "weights_hash" and "state"; a trouble is a line with "alarm" and "message"
//   journal.jsonl                          what people changed while it trained (journal.h)
//   checkpoints/step-00001000.safetensors  each enough to go on exactly: the newest two, the best one, and the newest
//                                          healthy one that some hundred steps have followed
//   checkpoints/health.json                what is known of each checkpoint
//   model.safetensors                      the EMA generator, written at the end
//   rejected.txt                           files of the data set that cannot be used, a line each with the reason
//   lost.txt                               those that have gone or changed while it trained
//   history/                               weights at many moments (weight_history.h), by whoever takes snapshots
//   events.out.tfevents.*                  the log's figures for TensorBoard (event_file.h)
//   samples/                               sheets, written by whoever drains the session's progress
// Every file but the log is written under a temporary name and renamed. The log is appended to; a resumed run first
// drops the lines of steps after its checkpoint.

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "train/report/report.h"

namespace ganvas::train {

/// The newest checkpoint of a run, or an empty path.
std::filesystem::path newest_checkpoint(const std::filesystem::path& run_folder);
/// Where the checkpoint of a step goes.
std::filesystem::path checkpoint_path(const std::filesystem::path& run_folder, std::int64_t step);
/// The newest checkpoint that is whole, by its checksum; what is wrong with younger ones is logged as a warning. Empty
/// when there is none.
std::filesystem::path newest_whole_checkpoint(const std::filesystem::path& run_folder);

/// What is known of a checkpoint.
struct CheckpointHealth {
  bool healthy = true;             ///< no trouble was on, and none was found soon after
  std::optional<double> distance;  ///< of the samples from the data (SampleFigures); none before the first look
};

/// checkpoints/health.json, and which checkpoints are kept. For one thread.
class CheckpointIndex {
 public:
  explicit CheckpointIndex(std::filesystem::path run_folder);

  /// Writes the file. Throws Error.
  void set(std::int64_t step, const CheckpointHealth& health);
  void distrust_after(std::int64_t step);
  /// The one that lies there is healthy no more.
  void give_up(const std::filesystem::path& checkpoint);
  /// Removes the checkpoints of later steps.
  void drop_after(std::int64_t step);
  /// Removes all but the newest `newest`, the best healthy one, and the newest healthy one at least 300 steps older
  /// than the newest.
  void prune(int newest);
  /// Step of the newest checkpoint on disk that is healthy as far as one knows.
  [[nodiscard]] std::optional<std::int64_t> newest_healthy() const;

 private:
  void write() const;
  [[nodiscard]] const CheckpointHealth* known(std::int64_t step) const;

  std::filesystem::path folder_;
  std::map<std::int64_t, CheckpointHealth> health_;
};
/// True when the folder holds steps in its log, or a checkpoint.
bool holds_run(const std::filesystem::path& run_folder);

/// log.jsonl. Lines gather in memory and reach the file once a second, at most. For one thread.
class RunLog {
 public:
  /// Opens the log of a run that stands at `step`; lines of later steps are dropped. Throws Error.
  RunLog(const std::filesystem::path& run_folder, std::int64_t step);

  void add(const StepReport& report);
  void add(const Alarm& alarm);
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

}  // namespace ganvas::train
