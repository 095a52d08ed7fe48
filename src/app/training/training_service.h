#pragma once
// Training as the app sees it: at most one session, its history, and the plan of the next one. No torch in this header.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/dispatch/command.h"
#include "app/document/notices.h"
#include "app/document/services.h"
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

struct TrainingOptions {
  std::string device = "auto";
  int threads = 0;
  int loader_threads = 0;
  std::filesystem::path runs = "runs";  ///< where fresh run folders go
};

/// All calls come from the UI thread and never wait, but for the destructor, which saves and joins.
class TrainingService {
 public:
  /// `files` and `notices` outlive the service.
  TrainingService(TrainingOptions options, Worker& files, Notices& notices);
  ~TrainingService();

  /// Takes StartTraining, with the controls of the document, and all commands about the run that is on; a branch ends
  /// that run first. They throw Error when no training is on, or when one is on already.
  void serve(Services& services);

  /// Plans anew when the controls have changed; the answer arrives with a later tick().
  void plan(const TrainControls& controls);
  /// From start to the last save.
  [[nodiscard]] bool active() const { return starting_ || session_ != nullptr; }
  /// Counts sessions, 1 for the first.
  [[nodiscard]] std::uint64_t number() const { return number_; }
  /// Weights that were published since the last call, or null.
  std::shared_ptr<const train::Snapshot> take_snapshot();

  /// quality_share: of the time, that the live figure of quality may take from the next session on; 0: none.
  /// in_training: snapshots have the weights in training too.
  void tick(double quality_share, bool in_training);
  [[nodiscard]] const TrainView& view() const { return view_; }

  /// Ends the run that is on: waits until it is saved. What goes wrong is told as ever.
  void finish();

 private:
  struct Started;
  static Started begin(const command::StartTraining& start, const TrainControls& controls,
                       const TrainingOptions& given);
  void start(const command::StartTraining& start, const TrainControls& controls);
  void step(const command::StepTraining& step);
  void keep_moment();  ///< the weights of now, in the run's history, for good
  void export_charts(const std::string& path);
  void take_quality();
  void install(Started& started);
  void apply(const TrainPlan& plan);
  void with_session(std::function<void(train::Session&)> action);
  void show(train::Progress& progress);
  void show(const train::EditMade& made);
  void show_live();
  void forget_from(std::int64_t step);
  void write_run_charts();
  void make_run_film();
  void retire();
  void begin_start(const command::StartTraining& start, const TrainControls& controls);

  TrainingOptions options_;
  Worker& files_;
  Notices& notices_;
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
  std::shared_ptr<train::HistoryKeeper> keeper_;                          ///< of the session
  bool keep_next_ = false;                                                ///< the next snapshot is kept for good
  std::unique_ptr<train::LiveQuality> quality_;                           ///< of the session; null: not asked for
  double quality_share_ = 0;
  bool in_training_ = false;             ///< as the session was told
  std::unique_ptr<train::Recipe> live_;  ///< of the run, with its live changes
  Pace pace_;
  TrainView view_;
  Worker worker_;  // last: its jobs end before the rest goes
};

}  // namespace ganvas::app
