#pragma once
// Training as the app sees it: at most one session, its history, and the plan of the next one. No torch in this header.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/document/command.h"
#include "app/training/pace.h"
#include "app/training/train_view.h"
#include "core/threads/worker.h"

namespace ganvas::train {
class HistoryKeeper;
class LiveQuality;
class Session;
struct Recipe;
struct Snapshot;
}  // namespace ganvas::train

namespace ganvas::app {

struct TrainPlan;

struct TrainDeskOptions {
  std::string device = "auto";
  int threads = 0;
  int loader_threads = 0;
  std::filesystem::path runs = "runs";  ///< where fresh run folders go
  std::function<void(bool error, const std::string& text)> tell;
};

/// All calls come from the UI thread and never wait, but for the destructor, which saves and joins.
class TrainDesk {
 public:
  /// `files` outlives the desk.
  TrainDesk(TrainDeskOptions options, Worker& files);
  ~TrainDesk();

  /// Plans anew when the controls have changed; the answer arrives with a later tick().
  void plan(const TrainControls& controls);
  /// A branch ends the run that is on first. Throws Error when training is on already.
  void start(const command::StartTraining& start, const TrainControls& controls);
  void pause();  ///< these four throw Error when no training is on
  void resume();
  void save();
  void stop();
  void edit(const command::EditTraining& edit);  ///< these four too
  void step(const command::StepTraining& step);
  void pause_at(const command::PauseTrainingAt& pause);
  void roll_back(const command::RollBackTraining& back);
  void keep_moment();  ///< the weights of now, in the run's history, for good
  void export_charts(const std::string& path);

  /// From start to the last save.
  [[nodiscard]] bool active() const { return starting_ || session_ != nullptr; }
  /// Counts sessions, 1 for the first.
  [[nodiscard]] std::uint64_t number() const { return number_; }
  /// Weights that were published since the last call, or null.
  std::shared_ptr<const train::Snapshot> take_snapshot();

  /// quality_share: of the time, that the live figure of quality may take from the next session on; 0: none.
  void tick(double quality_share);
  [[nodiscard]] const TrainView& view() const { return view_; }

 private:
  void take_quality();
  void install(std::shared_ptr<train::Session> session, std::vector<train::StepReport> history);
  void apply(const TrainPlan& plan);
  void with_session(std::function<void(train::Session&)> action);
  void show(train::Progress& progress);
  void show(const train::EditMade& made);
  void show_live();
  void write_run_charts();
  void make_run_film();
  void retire();
  void begin_start(const command::StartTraining& start, const TrainControls& controls);

  TrainDeskOptions options_;
  Worker& files_;
  TrainControls planned_;
  bool planning_ = false;
  bool plan_again_ = true;
  bool starting_ = false;
  std::vector<std::function<void(train::Session&)>> deferred_;  ///< asked for while starting
  std::shared_ptr<train::Session> session_;
  std::shared_ptr<const train::Snapshot> last_snapshot_;  ///< not yet taken when the session ended
  std::uint64_t number_ = 0;
  std::vector<train::StepReport> history_;
  std::optional<std::pair<command::StartTraining, TrainControls>> next_;  ///< a branch that waits for the run's end
  std::unique_ptr<train::HistoryKeeper> keeper_;                          ///< of the session
  bool keep_next_ = false;                                                ///< the next snapshot is kept for good
  std::unique_ptr<train::LiveQuality> quality_;                           ///< of the session; null: not asked for
  double quality_share_ = 0;
  std::unique_ptr<train::Recipe> live_;  ///< of the run, with its live changes
  Pace pace_;
  TrainView view_;
  Worker worker_;  // last: its jobs end before the rest goes
};

}  // namespace ganvas::app
