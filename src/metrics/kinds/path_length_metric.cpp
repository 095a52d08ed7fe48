// The perceptual path length.

#include "core/error.h"
#include "metrics/distances/path_sampling.h"
#include "metrics/distances/perceptual_path.h"
#include "metrics/metric.h"

namespace ganvas::metrics {
namespace {

class PathLengthMetric final : public Metric {
 public:
  PathLengthMetric(const MetricName& name, std::int64_t samples, PathOptions path)
      : Metric(name.text, samples, false), path_(std::move(path)) {}

  [[nodiscard]] MetricNeeds needs() const override {
    return {.network = MetricNeeds::Network::perceptual, .gather = MetricNeeds::Gather::latents, .data = false};
  }
  [[nodiscard]] std::string mode() const override {
    return fmt::format("steps in {} {}{}", path_.in_w ? "W" : "Z", path_.at_end ? "at ends" : "anywhere",
                       path_.centre ? ", middle of the pictures" : "");
  }
  [[nodiscard]] Json choices(const MetricOptions&, const MetricCounts&) const override {
    return {{"split", "percentiles 1 to 99"}, {"resize", "none, at most 256 pixels"}};
  }
  [[nodiscard]] MetricFigures figures(const MetricInput& input) const override {
    PathOptions path = path_;
    path.sampling = input.options.sampling;
    const SampledPaths sampled = sample_paths(*input.subjects.generator, input.network, path, samples(),
                                              input.subjects.generator_identity, input.options.batches);
    const PathLength length = path_length_of(sampled.distances);
    return {.values = {{"ppl", length.value}, {"ppl_unfiltered", length.unfiltered}}, .state = sampled.state};
  }

 private:
  PathOptions path_;
};

}  // namespace

MetricPtr path_length_metric(const MetricName& name) {
  const auto part = name.match("ppl(2)?_([zw])(full|end)([0-9]+k?)?");
  if (!part) return nullptr;
  const std::vector<std::string>& text = *part;
  return std::make_shared<PathLengthMetric>(
      name, name.count(text[3]),
      PathOptions{.in_w = text[1] == "w", .at_end = text[2] == "end", .centre = text[0].empty()});
}

}  // namespace ganvas::metrics
