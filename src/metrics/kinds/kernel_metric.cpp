// KID, and the same by the built-in face network.

#include <algorithm>

#include "core/error.h"
#include "metrics/distances/kernel_distance.h"
#include "metrics/metric.h"

namespace ganvas::metrics {
namespace {

class KernelMetric final : public Metric {
 public:
  KernelMetric(const MetricName& name, std::int64_t samples, bool full, bool faces)
      : Metric(name.text, samples, full), faces_(faces) {}

  [[nodiscard]] MetricNeeds needs() const override {
    return {.network = faces_ ? MetricNeeds::Network::faces : MetricNeeds::Network::extractor};
  }
  [[nodiscard]] Json choices(const MetricOptions& options, const MetricCounts& counts) const override {
    const std::int64_t size = std::min({counts.samples, counts.data, options.kid_subset_size});
    return {{"split", fmt::format("{} subsets of {}", options.kid_subsets, size)}};
  }
  [[nodiscard]] MetricFigures figures(const MetricInput& input) const override {
    const MetricOptions& options = input.options;
    return {.values = {{faces_ ? "face_kid" : "kid", kernel_distance(input.samples, input.data, options.kid_subsets,
                                                                     options.kid_subset_size, options.sampling.seed)}}};
  }

 private:
  bool faces_;
};

}  // namespace

MetricPtr kernel_metric(const MetricName& name) {
  if (const auto part = name.match("kid([0-9]+k?)?(_full)?"))
    return std::make_shared<KernelMetric>(name, name.count((*part)[0]), !(*part)[1].empty(), false);
  if (const auto part = name.match("face_kid([0-9]+k?)?"))
    return std::make_shared<KernelMetric>(name, name.count((*part)[0]), false, true);
  return nullptr;
}

}  // namespace ganvas::metrics
