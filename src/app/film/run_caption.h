#pragma once
// What a film says below the picture of a model that learns.

#include <vector>

#include "media/caption.h"
#include "train/report/report.h"

namespace ganvas::app {

/// kimg, step and time of training at `kimg`, and the losses of D and G over the run up to `end_kimg`, those behind in
/// full. The step and the time are of the last step up to `kimg`. No torch. Any thread.
media::Caption run_caption(const std::vector<train::StepReport>& steps, double kimg, double end_kimg);

}  // namespace ganvas::app
