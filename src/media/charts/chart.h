#pragma once
// Line charts as pictures (cairo): what a run folder and "export chart" keep.

#include <span>
#include <string>
#include <vector>

#include "core/image.h"

namespace ganvas::media {

/// A named line. x ascends; a NaN in y is a gap.
struct ChartSeries {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;  // as many as x
};

struct Chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<ChartSeries> series;
  double smoothing = 0;  ///< 0..0.999, weight of the past; the line as it was stays, faint
  bool log_y = false;    ///< values that are not positive are gaps then
};

struct ChartStyle {
  int width = 960;   ///< pixels
  int height = 420;  ///< pixels, of each chart
  bool dark = false;
};

/// Draws the charts below each other. Returns RGB, style.width x (style.height * charts). Any thread; equal input gives
/// equal pixels on one machine (the font is the system's). Throws Error for sizes that leave no room, or x and y of
/// different lengths, or no chart.
Image draw_charts(std::span<const Chart> charts, const ChartStyle& style = {});

}  // namespace ganvas::media
