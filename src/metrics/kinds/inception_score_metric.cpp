// The Inception Score.

#include "core/error.h"
#include "metrics/distances/inception_score.h"
#include "metrics/metric.h"

namespace ganvas::metrics {
namespace {

class InceptionScoreMetric final : public Metric {
 public:
  InceptionScoreMetric(const MetricName& name, std::int64_t samples) : Metric(name.text, samples, false) {}

  [[nodiscard]] MetricNeeds needs() const override {
    return {.gather = MetricNeeds::Gather::probabilities, .data = false};
  }
  [[nodiscard]] Json choices(const MetricOptions& options, const MetricCounts&) const override {
    return {{"split", fmt::format("{} parts", options.score_splits)}};
  }
  [[nodiscard]] MetricFigures figures(const MetricInput& input) const override {
    const InceptionScore score = inception_score(input.samples, input.options.score_splits);
    return {.values = {{"is_mean", score.mean}, {"is_std", score.deviation}}};
  }
};

}  // namespace

MetricPtr inception_score_metric(const MetricName& name) {
  const auto part = name.match("is([0-9]+k?)?");
  return part ? std::make_shared<InceptionScoreMetric>(name, name.count((*part)[0])) : nullptr;
}

}  // namespace ganvas::metrics
