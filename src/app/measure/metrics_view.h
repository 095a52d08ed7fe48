#pragma once
// What is shown of measurements. No torch.

#include <string>
#include <vector>

namespace ganvas::app {

/// A figure that was measured.
struct MetricRow {
  std::string model;
  std::string metric;      ///< "face_fid2000"
  std::string value_name;  ///< "face_fid"
  double value = 0;
  std::vector<std::string> missing;  ///< of a factor report: "no mint hair color"
  std::string choices;               ///< all that the value depends on, a line each
};

struct MetricsView {
  bool busy = false;
  double progress = 0;          ///< 0..1 of the pass that is on
  std::vector<MetricRow> rows;  ///< of this sitting, oldest first
};

}  // namespace ganvas::app
