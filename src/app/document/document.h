#pragma once
// The document: dispatch() is the only writer of AppState, History keeps old values. No torch.

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "app/document/command.h"
#include "app/document/state.h"

namespace ganvas::app {

/// What commands ask of the program around the document. Each may throw Error: the command then fails as a whole.
class Services {
 public:
  virtual ~Services() = default;
  virtual int z_dim() const = 0;  ///< latent size of the model on screen; 0 while there is none
  virtual void find_directions(const command::FindDirections& find) = 0;
  virtual void cancel_directions() = 0;
  virtual void project_picture(const command::ProjectPicture& project) = 0;
  virtual void drag_picture(const command::DragPicture& drag, const AppState& state) = 0;
  virtual void cancel_search() = 0;
  virtual void save_moves(const std::string& path, const std::vector<latent::StyleMove>& moves) = 0;
  virtual std::vector<latent::StyleMove> load_moves(const std::string& path) = 0;
  virtual void save_timeline(const std::string& path, const AppState& state) = 0;
  virtual latent::Timeline load_timeline(const std::string& path) = 0;
  virtual void render_timeline(const command::RenderTimeline& render, const AppState& state) = 0;
  virtual void cancel_render() = 0;
  virtual void measure_sensitivity(const command::MeasureSensitivity& measure, const AppState& state) = 0;
  virtual void cancel_sensitivity() = 0;
  virtual void draw_map() = 0;
  virtual void cancel_map() = 0;
  virtual void learn_input(const std::string& target) = 0;
  virtual void save_model(const std::string& path) = 0;
  virtual void cancel_opening() = 0;
  virtual void clear_recent() = 0;
  virtual void save_session(const std::string& path, const AppState& state) = 0;
  virtual AppState load_session(const std::string& path) = 0;
  virtual void start_training(const command::StartTraining& start, const TrainControls& controls) = 0;
  virtual void pause_training() = 0;
  virtual void edit_training(const command::EditTraining& edit) = 0;
  virtual void step_training(const command::StepTraining& step) = 0;
  virtual void pause_training_at(const command::PauseTrainingAt& pause) = 0;
  virtual void roll_back_training(const command::RollBackTraining& back) = 0;
  virtual void resume_training() = 0;
  virtual void save_training() = 0;
  virtual void stop_training() = 0;
  virtual void keep_moment() = 0;
  virtual void mark_moment(const command::MarkMoment& mark) = 0;
  virtual void make_timelapse(const command::MakeTimelapse& film, const AppState& state) = 0;
  virtual void compare_runs(const std::string& folder) = 0;
  virtual void export_charts(const std::string& path) = 0;
  virtual void measure_model(const command::MeasureModel& measure) = 0;
  virtual void cancel_measuring() = 0;
  virtual void export_metrics(const std::string& path) = 0;
  virtual void save_picture(const std::string& path) = 0;
  virtual void save_window(const std::string& path) = 0;
  virtual void start_video(const command::StartVideo& video) = 0;
  virtual void stop_video() = 0;
  virtual void quit(bool confirmed) = 0;
  virtual void cancel_quit() = 0;
};

/// Carries out a command: commands about the document change `state` and nothing else (z_dim() is all they ask of
/// `services`), the others call their service. Undo and redo are History's and rejected here. Throws Error; `state` is
/// then as before.
void dispatch(AppState& state, const Command& command, Services& services);

/// Old and new values of the document. A run of commands that move the same thing (one slider, the view) is one step
/// until seal() or another command.
class History {
 public:
  explicit History(AppState state) : state_(std::move(state)) {}

  /// dispatch(), undo or redo. Throws Error; nothing has changed then.
  void run(const Command& command, Services& services);
  /// The next command begins a new step.
  void seal() { drag_.clear(); }

  /// A command of what moves sliders from outside: the document changes, and undo does not know of it.
  void drive(const Command& command, Services& services) { dispatch(state_, command, services); }

  [[nodiscard]] const AppState& state() const { return state_; }
  [[nodiscard]] bool can_undo() const { return !undo_.empty(); }
  [[nodiscard]] bool can_redo() const { return !redo_.empty(); }

 private:
  static constexpr std::size_t kSteps = 2000;  ///< older steps are forgotten

  AppState state_;
  std::deque<AppState> undo_;  // oldest first
  std::deque<AppState> redo_;
  std::string drag_;  ///< what the last command moved; empty: nothing that could go on
};

}  // namespace ganvas::app
