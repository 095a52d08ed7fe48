#pragma once
// All metrics that a person asks for, of one model or set of pictures: few passes, each figure with all its choices.

#include <string>
#include <vector>

#include "core/json.h"
#include "metrics/metric.h"

namespace ganvas::metrics {

struct MetricResult {
  std::string name;
  MetricFigures figures;
  Json choices;  ///< everything that the figures depend on
};

/// Throws UsageError, one sentence that says what to do, when a metric needs what is not there.
void check_subjects(const MetricOptions& options, const MetricSubjects& subjects);

/// The figures in the order of the requests; empty on processes other than the first. Memory does not depend on the
/// number of pictures, but for KID, precision and recall (features) and the Inception Score (probabilities), which take
/// 4 bytes a value on each process. Throws Error; what is done until then is kept in the folder of states.
std::vector<MetricResult> evaluate(const MetricOptions& options, const MetricSubjects& subjects);

/// One object, a key a metric: its values and its choices.
Json to_json(const std::vector<MetricResult>& results);
/// The same for people: a line with the values, a line with the choices.
std::string to_text(const std::vector<MetricResult>& results);

}  // namespace ganvas::metrics
