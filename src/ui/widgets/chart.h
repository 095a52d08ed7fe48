#pragma once
// A line chart over training steps: zoom with the wheel, drag to move, double click to follow the newest, values under
// the mouse.

#include <span>
#include <string>

#include "ui/widgets/chart_series.h"
#include "ui/widgets/context.h"

namespace ganvas::ui {

struct ChartLine {
  const char* name = "";
  ImU32 colour = 0;
  const SmoothedSeries* series = nullptr;
};

/// The stretch of steps that several charts share.
struct ChartWindow {
  double begin = 0;  ///< indices of the history
  double end = 0;
  bool follow = true;  ///< the whole run, growing
};

struct ChartOptions {
  const char* title = "";
  const char* unit = "";
  float height = 130;  ///< design pixels
  bool log_scale = false;
  std::span<const train::StepReport> history;  ///< for steps and kimg under the mouse
};

/// Draws over the width that is left.
void draw_chart(const UiContext& ui, const char* id, std::span<const ChartLine> lines, ChartWindow& window,
                const ChartOptions& options);

}  // namespace ganvas::ui
