// Precision and recall.

#include "core/error.h"
#include "metrics/distances/precision_recall.h"
#include "metrics/metric.h"

namespace ganvas::metrics {
namespace {

class PrecisionRecallMetric final : public Metric {
 public:
  PrecisionRecallMetric(const MetricName& name, std::int64_t samples, bool full, int neighbours)
      : Metric(name.text, samples, full), neighbours_(neighbours) {}

  [[nodiscard]] MetricNeeds needs() const override { return {.network = MetricNeeds::Network::perceptual}; }
  [[nodiscard]] Json choices(const MetricOptions& options, const MetricCounts&) const override {
    return {{"split", fmt::format("neighbourhoods of {}", neighbours_)},
            {"arithmetic", options.half_precision ? "half precision" : "double precision"}};
  }
  [[nodiscard]] MetricFigures figures(const MetricInput& input) const override {
    const PrecisionRecall both = precision_recall(input.data, input.samples, neighbours_, input.options.half_precision);
    return {.values = {{"precision", both.precision}, {"recall", both.recall}}};
  }

 private:
  int neighbours_;
};

}  // namespace

MetricPtr precision_recall_metric(const MetricName& name) {
  const auto part = name.match("pr(?:([0-9]+k)([0-9]+)?|([0-9]+)_([0-9]+)|([0-9]+))?(_full)?");
  if (!part) return nullptr;
  const std::vector<std::string>& text = *part;
  const std::string& neighbours = !text[1].empty() ? text[1] : !text[3].empty() ? text[3] : text[4];
  const std::int64_t samples = name.count(text[0].empty() ? text[2] : text[0]);
  // A number that is none is no metric, as a name that nobody knows.
  if (neighbours.size() > 3 || (!neighbours.empty() && std::stoi(neighbours) < 1)) return nullptr;
  return std::make_shared<PrecisionRecallMetric>(name, samples, !text[5].empty(),
                                                 neighbours.empty() ? 3 : std::stoi(neighbours));
}

}  // namespace ganvas::metrics
