#pragma once
// Says when a run is in trouble, from the figures of its steps alone. Plain arithmetic, no tensors.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "train/recipe/recipe.h"
#include "train/report/report.h"

namespace ganvas::train {

/// What counts as trouble. docs/training.md tells how the numbers were found.
struct HealthLimits {
  int examine_every = 20;         ///< generator steps between two looks at the samples; >= 1
  int settle_steps = 300;         ///< steps at the start in which little variety is no collapse
  double least_diversity = 0.15;  ///< collapse: below this ...
  double diversity_drop = 0.35;   ///< ... or below this share of the run's best
  int collapsed_looks = 4;        ///< looks in a row
  double certain = 0.998;         ///< saturation: smoothed D(real) above and D(fake) below 1 - certain
  int certain_steps = 200;        ///< steps in a row
  double explosion = 100;         ///< gradient norm over its long average
  double largest_loss = 1e6;      ///< absolute value of a loss
  double vanished = 1e-9;         ///< gradient norm
  int vanished_steps = 50;        ///< steps in a row
  double overfit = 0.95;          ///< smoothed mean sign of D on reals, while the augmentation cannot rise any more
  int overfit_steps = 400;        ///< steps in a row
  double runaway = 1.2;           ///< strength of the augmentation; from 0.8 on it begins to show in the samples
};

/// Fed with every step, in order. An alarm is raised when a trouble begins, once, and again only after it was over for
/// a while. Deterministic; its state is part of a checkpoint. For one thread.
class HealthMonitor {
 public:
  explicit HealthMonitor(const Recipe& recipe, HealthLimits limits = {});

  /// True when the samples should be examined after `step` steps.
  [[nodiscard]] bool wants_samples(std::int64_t step) const { return step % limits_.examine_every == 0; }
  /// The troubles that begin with this step; most often none.
  std::vector<Alarm> watch(const StepReport& report);
  /// No trouble is on.
  [[nodiscard]] bool healthy() const { return on_.empty(); }
  /// The newest distance of the samples from the data; nothing before the first look.
  [[nodiscard]] std::optional<double> distance() const { return distance_; }

  [[nodiscard]] Json state() const;
  /// Throws Error when a key is missing or of another type.
  void restore(const Json& state);

 private:
  void note(Trouble trouble, bool on, const StepReport& report, const std::string& message, std::vector<Alarm>& out);
  [[nodiscard]] int run_of(const std::string& name, bool holds);
  void watch_gradients(const StepReport& report, std::vector<Alarm>& out);
  void watch_scores(const StepReport& report, std::vector<Alarm>& out);
  void watch_augmentation(const StepReport& report, std::vector<Alarm>& out);
  void watch_samples(const StepReport& report, std::vector<Alarm>& out);

  HealthLimits limits_;
  bool probabilities_ = true;      // the scores are probabilities
  double certain_real_ = 1;        // what D(real) is above when it is certain
  std::optional<double> ceiling_;  // of the augmentation's strength
  bool augments_ = false;
  std::map<std::string, double> average_;     // smoothed figures by name
  std::map<std::string, std::int64_t> runs_;  // how many steps or looks in a row something holds
  std::map<Trouble, std::int64_t> on_;        // troubles that are on: the last step at which they held
  double best_diversity_ = 0;
  std::optional<double> distance_;
};

}  // namespace ganvas::train
