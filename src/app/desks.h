#pragma once
// Everything around the document that works beside the window: films, directions, figures, the map, training, what
// comes from outside. Carries out the commands that are about them. For the files of app/; lives on the UI thread.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/control/input_service.h"
#include "app/document/document.h"
#include "app/film/film_service.h"
#include "app/measure/metric_service.h"
#include "app/search/direction_finder.h"
#include "app/search/latent_map.h"
#include "app/search/latent_search.h"
#include "app/search/sensitivity.h"
#include "app/time/time_machine.h"
#include "app/training/training_service.h"
#include "app/training/view_budget.h"
#include "app/view/model_mixer.h"
#include "app/view/synthesizer.h"
#include "app/view/thumbnails.h"
#include "app/view_model.h"
#include "core/threads/worker.h"

namespace ganvas::app {

struct AppOptions;

class Desks : public Services {
 public:
  explicit Desks(const AppOptions& options);

  void find_directions(const command::FindDirections& find) override;
  void cancel_directions() override { directions.cancel(); }
  void project_picture(const command::ProjectPicture& project) override;
  void drag_picture(const command::DragPicture& drag, const AppState& state) override;
  void cancel_search() override { search.cancel(); }
  void save_moves(const std::string& path, const std::vector<latent::StyleMove>& moves) override;
  std::vector<latent::StyleMove> load_moves(const std::string& path) override;
  void save_timeline(const std::string& path, const AppState& state) override;
  latent::Timeline load_timeline(const std::string& path) override;
  void render_timeline(const command::RenderTimeline& render, const AppState& state) override;
  void cancel_render() override { films.cancel_render(); }
  void measure_sensitivity(const command::MeasureSensitivity& measure, const AppState& state) override;
  void cancel_sensitivity() override { sensitivity.cancel(); }
  void draw_map() override;
  void cancel_map() override { map.cancel(); }
  void learn_input(const std::string& target) override { inputs.learn(target); }
  void save_model(const std::string& path) override;
  void start_training(const command::StartTraining& start, const TrainControls& controls) override;
  void pause_training() override { training_desk.pause(); }
  void edit_training(const command::EditTraining& edit) override { training_desk.edit(edit); }
  void step_training(const command::StepTraining& step) override { training_desk.step(step); }
  void pause_training_at(const command::PauseTrainingAt& pause) override { training_desk.pause_at(pause); }
  void roll_back_training(const command::RollBackTraining& back) override { training_desk.roll_back(back); }
  void resume_training() override { training_desk.resume(); }
  void save_training() override { training_desk.save(); }
  void stop_training() override { training_desk.stop(); }
  void keep_moment() override { training_desk.keep_moment(); }
  void mark_moment(const command::MarkMoment& mark) override { time.mark(mark.step, mark.on); }
  void make_timelapse(const command::MakeTimelapse& film, const AppState& state) override;
  void compare_runs(const std::string& folder) override;
  void export_charts(const std::string& path) override { training_desk.export_charts(path); }
  void measure_model(const command::MeasureModel& measure) override;
  void cancel_measuring() override { metrics.cancel(); }
  void export_metrics(const std::string& path) override { metrics.write(path); }
  void save_picture(const std::string& path) override;
  void start_video(const command::StartVideo& video) override { films.start_recording(video); }
  void stop_video() override { films.stop_recording(); }

  // In the order in which they are made.
  Worker files;
  Synthesizer synthesizer;
  FilmDesk films;
  DirectionFinder directions;
  LatentSearch search;
  Thumbnails thumbnails;
  MetricDesk metrics;
  Sensitivity sensitivity;
  LatentMap map;
  ModelMixer mixer;
  TimeMachine time;
  InputDesk inputs;
  TrainDesk training_desk;
  ViewBudget budget;

 protected:
  /// What the desks ask of the app around them.
  virtual void tell(bool error, const std::string& text) = 0;
  [[nodiscard]] virtual const AppState& state() const = 0;
  [[nodiscard]] virtual const ModelReady* shown_model() const = 0;  ///< null: there is none yet
  [[nodiscard]] virtual FramePtr newest_frame() const = 0;
  virtual void drive(const Command& command) = 0;      ///< a command from outside: not for undo
  virtual void keep_found(const Command& result) = 0;  ///< what a search has found, into the document

  /// Once a tick, before the newest frame is asked for.
  void tick_desks(double seconds);
  void publish(ViewModel& view) const;

  double drawn_on_gpu = 0;             ///< seconds, since the last tick
  double monotonic = 0;                ///< seconds of all ticks
  std::optional<ModelReady> searched;  ///< the model of the newest search

 private:
  [[nodiscard]] const ModelReady& needed_model() const;

  std::filesystem::path new_runs_;  ///< folder of new runs
  RunsView runs_;
  Worker reader_;  ///< of the runs
};

}  // namespace ganvas::app
