#pragma once
// A training run on its own thread: Trainer::step() in a loop, steered by messages.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/threads/mailbox.h"
#include "train/recipe/recipe.h"
#include "train/report/report.h"
#include "train/run/checkpoint_writer.h"
#include "train/step/snapshot.h"
#include "train/step/trainer.h"

namespace ganvas::train {

/// What a session does when a run is in trouble (health.h), beside saying so.
enum class OnTrouble {
  warn,      ///< goes on
  pause,     ///< waits for a person
  roll_back  ///< goes back to the last healthy checkpoint with half the learning rates, three times at most
};
/// "warn", "pause", "roll_back". Throws Error for another name.
OnTrouble on_trouble_from(const std::string& name);

struct SessionOptions {
  std::filesystem::path run_folder;   ///< what is in it is said in run_folder.h
  std::filesystem::path resume_from;  ///< a checkpoint; empty: start fresh
  TrainerOptions trainer;
  int threads = 0;      ///< intra-op threads of the training thread; 0: all cores
  int ranks = 1;        ///< threads of this process that each train with a part of every batch; 0: fitting_ranks()
  int nice = 10;        ///< scheduling niceness of the training thread, so that the window stays fluid
  bool paused = false;  ///< start paused
  OnTrouble on_trouble = OnTrouble::warn;
  std::filesystem::path replay;  ///< a journal whose edits are made again; empty: the one of the run folder
  std::vector<std::pair<std::string, Json>> edits;  ///< live changes to begin with: key and value
  double publish_seconds = 0.1;  ///< an unread snapshot is replaced by a newer one at most this often
};

/// What Session drives; Trainer in the program, a fake in the thread tests.
class SteppingModel {
 public:
  virtual ~SteppingModel() = default;
  virtual StepReport step() = 0;
  [[nodiscard]] virtual bool finished() const = 0;
  virtual SnapshotPtr snapshot(bool in_training) = 0;  ///< of the EMA weights, and of those in training
  virtual Image sample_sheet(bool in_training) = 0;    ///< by the EMA weights, or by those in training
  virtual Image real_sheet() = 0;
  virtual SampleFigures examine() = 0;       ///< a look at the samples that changes nothing
  virtual void apply(const Edit& edit) = 0;  ///< all of a live change, or throws Error and does nothing
  /// A checkpoint in memory; the result writes it, on another thread.
  virtual CheckpointWriter::Write freeze(const Json& notes) = 0;
  /// Goes back to a checkpoint -> its notes. For one that is damaged throws Error and changes nothing.
  virtual Json restore(const std::filesystem::path& file) = 0;
  [[nodiscard]] virtual Json notes() const = 0;                    ///< of the checkpoint that it was made from
  virtual void save_model(const std::filesystem::path& file) = 0;  ///< EMA generator as a model file
  virtual std::string weights_hash() = 0;
  [[nodiscard]] virtual std::int64_t steps() const = 0;
  [[nodiscard]] virtual double kimg() const = 0;
};

/// Owns the thread and one state. All methods are for the owner's thread; they send messages and return at once, except
/// the destructor and join(), which wait for the thread. The thread never waits for whoever looks, and what it computes
/// does not depend on whether anyone does: at most three snapshots are alive, the newest unread one wins.
///
/// Checkpoints are copied on the session thread and written on another. A full disk pauses the run with a sentence and
/// leaves the checkpoints that were there. Figures that are not finite end it as failed, unless it may roll back; so
/// does every other error; nothing is saved then.
class Session {
 public:
  /// Makes the model on the session thread. Opening data may take long: it is told of that, and given up on stop().
  using MakeModel = std::function<std::unique_ptr<SteppingModel>(const data::DatasetWatch& watch)>;

  Session(MakeModel make, Recipe recipe, SessionOptions options);
  ~Session();  ///< stops, saves and joins
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void pause();
  void resume();
  void save();
  void stop();  ///< saves, then ends the thread
  /// Whether snapshots have the weights in training too, and sheets of them come beside those of the average; at first
  /// not, as each is a copy. The run's files do not depend on it.
  void show_in_training(bool on);
  /// A live change before the next step, also while paused: a key of live_keys() or "one_step" (edit.h). What is
  /// refused is told as a Remark.
  void edit(std::string key, Json value);
  /// Goes on until so many generator steps are done, then pauses; at once when they are.
  void pause_at(std::int64_t step);
  /// Back to the last healthy checkpoint, and on from there with other random numbers; `gentler`: with half the
  /// learning rates. A Remark says when there is none.
  void roll_back(bool gentler);
  void join();

  [[nodiscard]] SessionState state() const;
  /// Newest weights; the session puts, one viewer takes.
  Mailbox<SnapshotPtr>& snapshots();
  /// Everything that happened since the last call, in order.
  std::vector<Progress> drain();
  /// SHA-256 over everything that was trained, taken when the thread ended; empty before and after a failure.
  [[nodiscard]] std::string weights_hash() const;
  [[nodiscard]] const Recipe& recipe() const;  ///< as the run began with; live changes are EditMade
  [[nodiscard]] const std::filesystem::path& run_folder() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The real thing: opens the data set, telling its progress, and makes a Trainer. Throws Error when the run folder
/// already holds a run that is not resumed.
std::unique_ptr<Session> start_session(const Recipe& recipe, const SessionOptions& options);

}  // namespace ganvas::train
