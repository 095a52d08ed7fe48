#pragma once
// The files of a run while it goes on: log, journal, checkpoints. See run_folder.h for what they are.

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "train/run/checkpoint_writer.h"
#include "train/run/run_folder.h"
#include "train/step/journal.h"
#include "train/watch/event_file.h"

namespace ganvas::train {

/// The edits in the notes of a checkpoint. Throws Error.
std::vector<Edit> edits_of(const Json& notes);

/// For the session thread. What cannot be written throws Error, leaves what was on disk and waits for the next call.
class RunKeeper {
 public:
  /// Writes recipe.json and journal.jsonl, and cuts the log to the steps that are done. `done`: the edits that the
  /// weights went through; `planned`: those to repeat (journal.h). The recipe as the run began with.
  RunKeeper(std::filesystem::path folder, const Recipe& recipe, std::int64_t step, std::vector<Edit> done,
            const std::vector<Edit>& planned);

  void add(const StepReport& report) {
    log_.add(report);
    events_.add(report);
  }
  void add(const Alarm& alarm);
  void add_end(std::int64_t step, double kimg, const std::string& state, const std::string& weights_hash) {
    log_.add_end(step, kimg, state, weights_hash);
  }
  void add(const Edit& edit);
  void leave_out_edit() { journal_.leave_out(); }  ///< the one that is due
  [[nodiscard]] const Journal& journal() const { return journal_; }
  [[nodiscard]] bool due() const { return log_.due(); }
  void flush();

  /// Starts to write the checkpoint of a step; true when none is on its way already.
  [[nodiscard]] bool can_save() const { return !writer_.busy(); }
  void save(std::int64_t step, CheckpointWriter::Write write, const CheckpointHealth& health);
  /// The checkpoint that has become whole since the last call. Throws Error when it could not be written.
  std::optional<Saved> saved();
  /// The same, after waiting for one that is on its way.
  std::optional<Saved> wait_until_saved();

  /// No checkpoint younger than `step` is called healthy any more.
  void distrust_after(std::int64_t step);
  /// A checkpoint that cannot be read is healthy no more.
  void give_up(const std::filesystem::path& checkpoint);
  /// The newest healthy checkpoint, or an empty path.
  [[nodiscard]] std::filesystem::path healthy_checkpoint() const;
  /// Back to a step: later lines, checkpoints and edits are dropped. `done`: as in the constructor.
  void rewind(std::int64_t step, std::vector<Edit> done);
  /// A number for the next fork, larger than those of all forks so far, dropped ones too.
  [[nodiscard]] std::int64_t next_fork() const { return last_fork_ + 1; }

 private:
  std::optional<Saved> finished(const std::optional<CheckpointWriter::Result>& result);

  std::filesystem::path folder_;
  RunLog log_;
  EventFile events_;
  Journal journal_;
  CheckpointIndex index_;
  std::int64_t last_fork_ = 0;
  std::map<std::int64_t, CheckpointHealth> writing_;  // by step, until it is known to be on disk
  CheckpointWriter writer_;
};

}  // namespace ganvas::train
