// Which factors of the built-in faces are made too seldom.

#include "core/error.h"
#include "metrics/faces/factor_report.h"
#include "metrics/metric.h"

namespace ganvas::metrics {
namespace {

class FactorsMetric final : public Metric {
 public:
  FactorsMetric(const MetricName& name, std::int64_t samples) : Metric(name.text, samples, false) {}

  [[nodiscard]] MetricNeeds needs() const override { return {.network = MetricNeeds::Network::faces}; }
  [[nodiscard]] Json choices(const MetricOptions&, const MetricCounts&) const override { return {{"split", "none"}}; }
  [[nodiscard]] MetricFigures figures(const MetricInput& input) const override {
    FaceExtractor& faces = *input.subjects.faces;
    const FactorReport report = factor_report(faces.factors(input.samples), faces.factors(input.data));
    MetricFigures made{
        .values = {{"coverage", report.coverage()}}, .details = to_json(report), .remarks = report.missing()};
    for (const FactorShares& factor : report.factors)
      made.table.push_back(fmt::format("{:14} {:.3f}", factor.factor, factor.distance));
    return made;
  }
};

}  // namespace

MetricPtr factors_metric(const MetricName& name) {
  const auto part = name.match("factors([0-9]+k?)?");
  return part ? std::make_shared<FactorsMetric>(name, name.count((*part)[0])) : nullptr;
}

}  // namespace ganvas::metrics
