#pragma once
// The tab Train: recipe and data, memory, start to stop, charts, and fixed samples beside reals.

#include <array>
#include <map>
#include <memory>
#include <string>

#include "train/report/step_figures.h"
#include "ui/widgets/chart.h"
#include "ui/widgets/image_texture.h"
#include "ui/widgets/panel.h"

namespace ganvas::ui {

/// What to train: recipe, data, values that differ from the recipe.
class RecipeEditor {
 public:
  void draw(const UiContext& ui);

 private:
  void draw_start(const UiContext& ui);
  void draw_values(const UiContext& ui);
  void draw_value(const UiContext& ui, const std::string& key, const std::string& text, bool differs);

  std::map<std::string, std::string> drafts_;  // texts that are being typed
  std::string data_;
  std::string shown_data_;
  std::string from_;
  std::string shown_from_;
  bool open_ = false;
};

/// What a person can do to the run while it trains, and what is wrong with it.
class LiveControls {
 public:
  void draw(const UiContext& ui);

 private:
  static void draw_check(const UiContext& ui);
  void draw_trouble(const UiContext& ui);
  void draw_steps(const UiContext& ui);
  void draw_values(const UiContext& ui);

  std::map<std::string, std::string> drafts_;  // texts that are being typed
  std::string pause_at_;
  std::size_t dismissed_ = 0;  // alarms that were answered
  bool open_ = false;
};

/// The switch between the moving average and the weights in training.
void draw_shown_weights(const UiContext& ui);

/// The figures of the run so far, as curves.
class TrainCharts {
 public:
  void draw(const UiContext& ui);

 private:
  void take_history(const UiContext& ui);
  void take_quality(const UiContext& ui);
  void draw_tools(const UiContext& ui);

  void draw_charts(const UiContext& ui, const ChartOptions& options, bool on_request);
  void draw_quality(const UiContext& ui, ChartOptions options);

  std::array<SmoothedSeries, std::size(train::step_figures)> series_;
  std::array<bool, std::size(train::step_figures)> measured_{};  // there was something to draw
  SmoothedSeries quality_, quality_low_, quality_high_;          // the newest figure of each step
  std::size_t figures_ = 0, next_figure_ = 0;
  std::int64_t first_step_ = 0, last_step_ = 0;  // of the history that the curves hold
  ChartWindow window_;
  double smoothing_ = 0.95;
  bool log_scale_ = false;
  bool gradients_ = false;
};

/// Runs side by side: a table, and their curves over one another.
class RunsTable {
 public:
  void draw(const UiContext& ui);

 private:
  void draw_rows(const UiContext& ui) const;

  ImageTexture charts_;
};

class TrainPanel final : public Panel {
 public:
  TrainPanel();
  void draw(const UiContext& ui) override;

 private:
  void draw_run(const UiContext& ui);
  void draw_controls(const UiContext& ui);
  void draw_progress(const UiContext& ui);
  void draw_memory(const UiContext& ui);
  void draw_sheets(const UiContext& ui);

  static void draw_sheet(const UiContext& ui, const char* id, const char* title, ImageTexture& kept,
                         const std::shared_ptr<const Image>& image, float side);

  RecipeEditor recipe_;
  LiveControls live_;
  TrainCharts charts_;
  RunsTable runs_;
  int shown_ = 0;  // 0: the run, 1: all runs
  ImageTexture samples_;
  ImageTexture reals_;
};

}  // namespace ganvas::ui
