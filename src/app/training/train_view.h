#pragma once
// What is shown of the run in training, and of runs side by side. No torch.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/training/run_comparison.h"
#include "core/image.h"
#include "train/report/report.h"

namespace ganvas::app {

struct TrainView {
  train::SessionState state = train::SessionState::idle;
  std::string message;
  std::string run_folder;
  std::vector<std::string> recipes;  ///< built-in names
  std::string recipe_title;
  std::vector<std::pair<std::string, std::string>> recipe_values;  ///< editable key -> JSON text, after overrides
  std::vector<std::string> overridden;                             ///< keys that differ from the published recipe
  std::string problem;          ///< why the chosen recipe or data cannot be used; empty: fine
  std::size_t peak_memory = 0;  ///< estimated bytes
  std::size_t free_memory = 0;  ///< bytes available now
  std::int64_t step = 0;
  double kimg = 0;
  double total_kimg = 0;
  double images_per_second = 0;
  double seconds_left = 0;
  const std::vector<train::StepReport>* history = nullptr;  ///< every step of the run so far
  std::vector<std::pair<std::string, std::string>> live;    ///< of the run: what may change now, key -> JSON text
  std::vector<std::string> edited;                          ///< keys of `live` that differ from the run's beginning
  std::vector<train::Alarm> alarms;                         ///< of the run so far, oldest first
  std::vector<train::QualityFigure> quality;                ///< the same
  train::DataProgress data;                                 ///< of the data set's check, while starting; total 0: none
  std::shared_ptr<const Image> samples;                     ///< newest fixed samples, RGBA
  std::shared_ptr<const Image> samples_in_training;         ///< the same by the weights in training; null: none yet
  std::shared_ptr<const Image> reals;                       ///< RGBA
  std::string last_saved;                                   ///< path and step of the newest checkpoint
};

/// Runs side by side.
struct RunsView {
  bool busy = false;
  std::string folder;                                   ///< empty: nobody has asked yet
  std::shared_ptr<const std::vector<RunSummary>> runs;  ///< null: not read yet
  std::shared_ptr<const Image> charts;                  ///< RGB, dark or light as the theme; null: no run has a step
};

/// What looking takes from a model in training.
struct BudgetView {
  double used = 0;      ///< share of the machine over the last seconds, 0..1; 0 while nothing trains
  bool allowed = true;  ///< whether the window may be drawn for what has not changed by the person's hand
};

}  // namespace ganvas::app
