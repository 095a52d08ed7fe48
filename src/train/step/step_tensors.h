#pragma once
// The figures of a step while they are on the device.

#include <utility>
#include <vector>

#include "train/report/step_figures.h"
#include "train/step/gan_step.h"

namespace ganvas::train {

struct StepTensors {
  std::vector<DiscriminatorFigures> critic;  ///< of each critic step
  GeneratorFigures generator;

  /// One transfer, the only wait for the device in a step. -> losses, scores, norms and terms (means over the critic
  /// steps), and the sign_sum of each critic step.
  [[nodiscard]] std::pair<StepReport, std::vector<double>> to_host() const;
};

}  // namespace ganvas::train
