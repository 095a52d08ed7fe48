#pragma once
// A training run on its own thread: Trainer::step() in a loop, steered by messages.

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "core/mailbox.h"
#include "train/recipe.h"
#include "train/report.h"
#include "train/snapshot.h"
#include "train/trainer.h"

namespace ganvas {

struct SessionOptions {
  std::filesystem::path run_folder;   ///< recipe.json, log.jsonl, checkpoints, model.safetensors, samples
  std::filesystem::path resume_from;  ///< a checkpoint; empty: start fresh
  TrainerOptions trainer;
  int threads = 0;               ///< intra-op threads of the training thread; 0: all cores
  int nice = 10;                 ///< scheduling niceness of the training thread, so that the window stays fluid
  bool paused = false;           ///< start paused
  double publish_seconds = 0.1;  ///< an unread snapshot is replaced by a newer one at most this often
};

/// What Session drives; Trainer in the program, a fake in the thread tests.
class SteppingModel {
 public:
  virtual ~SteppingModel() = default;
  virtual StepReport step() = 0;
  virtual bool finished() const = 0;
  virtual SnapshotPtr snapshot() = 0;
  virtual Image sample_sheet() = 0;
  virtual Image real_sheet() = 0;
  virtual void save(const std::filesystem::path& file) = 0;        ///< checkpoint
  virtual void save_model(const std::filesystem::path& file) = 0;  ///< EMA generator as a model file
  virtual std::string weights_hash() = 0;
  [[nodiscard]] virtual std::int64_t steps() const = 0;
  [[nodiscard]] virtual double kimg() const = 0;
};

/// Owns the thread and one state. All methods are for the owner's thread; they send messages and return at once, except
/// the destructor and join(), which wait for the thread. The thread never waits for whoever looks, and what it computes
/// does not depend on whether anyone does: at most three snapshots are alive, the newest unread one wins.
///
/// A full disk pauses the run with a sentence and leaves the checkpoints that were there. Losses that are not finite,
/// and every other error, end it as failed; nothing is saved then. The files of a run are listed in run_folder.h.
class Session {
 public:
  /// The model is made on the session thread by `make` (opening data may take long).
  Session(std::function<std::unique_ptr<SteppingModel>()> make, Recipe recipe, SessionOptions options);
  ~Session();  ///< stops, saves and joins
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void pause();
  void resume();
  void save();
  void stop();  ///< saves, then ends the thread
  void join();

  [[nodiscard]] SessionState state() const;
  /// Newest weights; the session puts, one viewer takes.
  Mailbox<SnapshotPtr>& snapshots();
  /// Everything that happened since the last call, in order.
  std::vector<Progress> drain();
  /// SHA-256 over everything that was trained, taken when the thread ended; empty before and after a failure.
  [[nodiscard]] std::string weights_hash() const;
  [[nodiscard]] const Recipe& recipe() const;
  [[nodiscard]] const std::filesystem::path& run_folder() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The real thing: opens the data set and makes a Trainer. Throws Error when the run folder already holds a run that is
/// not resumed.
std::unique_ptr<Session> start_session(const Recipe& recipe, const SessionOptions& options);

}  // namespace ganvas
