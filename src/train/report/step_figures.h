#pragma once
// The figures of a training step, and a row for each that says how it is written down and drawn: log.jsonl, event
// files, tables and charts loop over the rows. No torch.

#include <cstdint>

namespace ganvas::train {

/// Figures of one generator step.
struct StepReport {
  std::int64_t step = 0;  ///< generator steps done, 1 after the first
  double kimg = 0;        ///< thousands of real pictures shown to the discriminator
  double d_loss = 0;      ///< discriminator or critic loss, mean over its steps
  double g_loss = 0;
  double real_score = 0;   ///< mean of sigmoid(D(real)), or of the critic on reals
  double fake_score = 0;   ///< mean of sigmoid(D(fake)), or of the critic on fakes
  double d_grad_norm = 0;  ///< L2 norm over all discriminator gradients
  double g_grad_norm = 0;
  double penalty = 0;      ///< sum of the means of the discriminator's terms; 0 without, and in steps without a lazy R1
  double path_length = 0;  ///< mean of path length regularisation; 0 in steps without it
  double augment_p = 0;    ///< strength of the augmentation
  double overfitting = 0;  ///< r_t of adaptive augmentation: mean sign of D on reals
  double diversity = 0;    ///< of the fixed samples, see SampleFigures; 0 in steps that are not examined
  double distance = 0;     ///< the same
  double seconds = 0;      ///< wall-clock seconds of this step
};

/// A chart: several figures over the steps.
struct StepChart {
  const char* id;     ///< of the window's widget
  const char* title;  ///< in chart files
  const char* y_label;
  const char* short_title;     ///< in the window
  bool log_scale = false;      ///< the window may draw it on a logarithmic scale
  bool on_request = false;     ///< the window draws it when gradients are asked for
  bool when_measured = false;  ///< the window draws it once one of its figures was there
};

/// In the order in which chart files and the window show them.
inline constexpr StepChart step_charts[] = {
    {.id = "loss", .title = "Losses", .y_label = "loss", .short_title = "Loss", .log_scale = true},
    {.id = "score", .title = "Scores", .y_label = "score", .short_title = "Score"},
    {.id = "gradient",
     .title = "Gradient norms",
     .y_label = "norm",
     .short_title = "Gradient norm",
     .log_scale = true,
     .on_request = true},
    {.id = "samples",
     .title = "Samples against the data",
     .y_label = "share",
     .short_title = "Samples against the data"},
    {.id = "augment",
     .title = "Augmentation",
     .y_label = "p and sign",
     .short_title = "Augmentation",
     .when_measured = true},
    {.id = "penalty",
     .title = "Regularisation",
     .y_label = "mean",
     .short_title = "Regularisation",
     .log_scale = true,
     .on_request = true,
     .when_measured = true},
};

/// The chart of that id. Evaluated by the compiler, for which an unknown one is an error.
consteval const StepChart* step_chart(const char* id) {
  const auto same = [](const char* a, const char* b) {
    for (; *a != 0 && *a == *b; ++a, ++b) {
    }
    return *a == *b;
  };
  for (const StepChart& chart : step_charts) {
    if (same(chart.id, id)) return &chart;
  }
  throw "There is no such chart.";
}

/// The colours of lines, by their part in the window's palette.
enum class LineColour { accent, second, good };

/// A figure beside step and kimg, which are where a step stands.
struct StepFigure {
  const char* key;  ///< in log.jsonl and tables
  double StepReport::*value;
  /// Not in every step, not in every recipe or not in logs of before it was there: where it is 0 it is left out of the
  /// log, the event file and chart files.
  bool sometimes = false;
  const char* tag = nullptr;         ///< in event files, "group/name"; null: not there
  const StepChart* chart = nullptr;  ///< null: not drawn
  const char* label = "";            ///< in chart files
  const char* short_label = "";      ///< in the window
  LineColour colour = LineColour::accent;
};

/// In the order of a table's columns. The log and the event file have those of every step first.
inline constexpr StepFigure step_figures[] = {
    {.key = "d_loss",
     .value = &StepReport::d_loss,
     .tag = "loss/discriminator",
     .chart = step_chart("loss"),
     .label = "discriminator",
     .short_label = "D"},
    {.key = "g_loss",
     .value = &StepReport::g_loss,
     .tag = "loss/generator",
     .chart = step_chart("loss"),
     .label = "generator",
     .short_label = "G",
     .colour = LineColour::second},
    {.key = "real_score",
     .value = &StepReport::real_score,
     .tag = "score/real",
     .chart = step_chart("score"),
     .label = "real",
     .short_label = "real",
     .colour = LineColour::good},
    {.key = "fake_score",
     .value = &StepReport::fake_score,
     .tag = "score/fake",
     .chart = step_chart("score"),
     .label = "fake",
     .short_label = "fake",
     .colour = LineColour::second},
    {.key = "d_grad_norm",
     .value = &StepReport::d_grad_norm,
     .tag = "gradient_norm/discriminator",
     .chart = step_chart("gradient"),
     .label = "discriminator",
     .short_label = "D"},
    {.key = "g_grad_norm",
     .value = &StepReport::g_grad_norm,
     .tag = "gradient_norm/generator",
     .chart = step_chart("gradient"),
     .label = "generator",
     .short_label = "G",
     .colour = LineColour::second},
    {.key = "penalty",
     .value = &StepReport::penalty,
     .sometimes = true,
     .tag = "regularisation/penalty",
     .chart = step_chart("penalty"),
     .label = "penalty",
     .short_label = "penalty"},
    {.key = "path_length",
     .value = &StepReport::path_length,
     .sometimes = true,
     .tag = "regularisation/path_length",
     .chart = step_chart("penalty"),
     .label = "path length",
     .short_label = "path length",
     .colour = LineColour::second},
    {.key = "augment_p",
     .value = &StepReport::augment_p,
     .sometimes = true,
     .tag = "augmentation/p",
     .chart = step_chart("augment"),
     .label = "strength p",
     .short_label = "p"},
    {.key = "overfitting",
     .value = &StepReport::overfitting,
     .sometimes = true,
     .tag = "augmentation/overfitting",
     .chart = step_chart("augment"),
     .label = "overfitting r_t",
     .short_label = "r_t",
     .colour = LineColour::second},
    {.key = "diversity",
     .value = &StepReport::diversity,
     .sometimes = true,
     .tag = "samples/diversity",
     .chart = step_chart("samples"),
     .label = "diversity",
     .short_label = "diversity",
     .colour = LineColour::good},
    {.key = "distance",
     .value = &StepReport::distance,
     .sometimes = true,
     .tag = "samples/distance",
     .chart = step_chart("samples"),
     .label = "distance",
     .short_label = "distance",
     .colour = LineColour::second},
    {.key = "seconds", .value = &StepReport::seconds},
};

}  // namespace ganvas::train
