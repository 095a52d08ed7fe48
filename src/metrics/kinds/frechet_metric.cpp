// FID, and the same by the built-in face network.

#include "metrics/metric.h"

namespace ganvas::metrics {
namespace {

class FrechetMetric final : public Metric {
 public:
  FrechetMetric(const MetricName& name, std::int64_t samples, bool full, bool faces)
      : Metric(name.text, samples, full), faces_(faces) {}

  [[nodiscard]] MetricNeeds needs() const override {
    return {.network = faces_ ? MetricNeeds::Network::faces : MetricNeeds::Network::extractor,
            .gather = MetricNeeds::Gather::moments};
  }
  [[nodiscard]] Json choices(const MetricOptions& options, const MetricCounts&) const override {
    return {{"split", "none"}, {"covariance", options.unbiased_covariance ? "N-1" : "N"}};
  }
  [[nodiscard]] MetricFigures figures(const MetricInput& input) const override {
    return {.values = {{faces_ ? "face_fid" : "fid", frechet_distance(*input.data_moments, *input.sample_moments,
                                                                      input.options.unbiased_covariance)}}};
  }

 private:
  bool faces_;
};

}  // namespace

MetricPtr frechet_metric(const MetricName& name) {
  if (const auto part = name.match("fid([0-9]+k?)?(_full)?"))
    return std::make_shared<FrechetMetric>(name, name.count((*part)[0]), !(*part)[1].empty(), false);
  if (const auto part = name.match("face_fid([0-9]+k?)?"))
    return std::make_shared<FrechetMetric>(name, name.count((*part)[0]), false, true);
  return nullptr;
}

}  // namespace ganvas::metrics
