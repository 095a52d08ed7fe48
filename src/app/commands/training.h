#pragma once
// The run in training. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"

namespace ganvas::app::command {

struct SetTraining {
  static constexpr const char* command = "set_training";
  TrainControls controls;
  static constexpr auto fields() { return std::tuple{required("controls", &SetTraining::controls)}; }
  void apply(CommandContext& context) const;
};

/// The next run begins with the networks of the model on screen, by a recipe that suits them.
struct TrainModel {
  static constexpr const char* command = "train_model";
  void apply(CommandContext& context) const;
};

/// Which weights of the run are shown, live and of the past: those in training, or their moving average.
struct ShowWeights {
  static constexpr const char* command = "show_weights";
  bool in_training = true;
  static constexpr auto fields() { return std::tuple{required("in_training", &ShowWeights::in_training)}; }
  void apply(CommandContext& context) const;
};

/// Empty run folder: a fresh one. resume_from: a checkpoint or a run folder; empty: start fresh. branch_at: a new run
/// begins at that kimg of the run folder resume_from (train/run/branch.h), after the one that is on; below 0: no
/// branch.
struct StartTraining {
  static constexpr const char* command = "start_training";
  std::string run_folder;
  std::string resume_from;
  double branch_at = -1;
  static constexpr auto fields() {
    return std::tuple{optional("run_folder", &StartTraining::run_folder),
                      optional("resume_from", &StartTraining::resume_from),
                      optional("branch_at", &StartTraining::branch_at)};
  }
  static constexpr auto output = &StartTraining::run_folder;
  void apply(CommandContext& context) const;
};

struct PauseTraining {
  static constexpr const char* command = "pause_training";
};

struct ResumeTraining {
  static constexpr const char* command = "resume_training";
};

struct SaveTraining {
  static constexpr const char* command = "save_training";
};

struct StopTraining {
  static constexpr const char* command = "stop_training";
};

/// A live change: a key of live_keys() (train/report/edit.h) and its value as JSON text.
struct EditTraining {
  static constexpr const char* command = "edit_training";
  std::string key;
  std::string value;
  static constexpr auto fields() {
    return std::tuple{required("key", &EditTraining::key), required("value", &EditTraining::value)};
  }
};

/// One step, then paused: "both", or "discriminator" or "generator" alone.
struct StepTraining {
  static constexpr const char* command = "step_training";
  std::string network = "both";
  static constexpr auto fields() { return std::tuple{optional("network", &StepTraining::network)}; }
};

/// Goes on, and pauses when so many generator steps are done.
struct PauseTrainingAt {
  static constexpr const char* command = "pause_training_at";
  std::int64_t step = 0;
  static constexpr auto fields() { return std::tuple{required("step", &PauseTrainingAt::step)}; }
};

/// Back to the last healthy checkpoint; gentler: with half the learning rates.
struct RollBackTraining {
  static constexpr const char* command = "roll_back_training";
  bool gentler = true;
  static constexpr auto fields() { return std::tuple{optional("gentler", &RollBackTraining::gentler)}; }
};

/// Writes .csv or .png.
struct ExportCharts {
  static constexpr const char* command = "export_charts";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &ExportCharts::path)}; }
  static constexpr auto output = &ExportCharts::path;
};

using TrainingCommands =
    std::variant<SetTraining, TrainModel, ShowWeights, StartTraining, PauseTraining, ResumeTraining, SaveTraining,
                 StopTraining, EditTraining, StepTraining, PauseTrainingAt, RollBackTraining, ExportCharts>;

}  // namespace ganvas::app::command
