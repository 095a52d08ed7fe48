#include "metrics/metric_names.h"

#include <algorithm>
#include <regex>
#include <string_view>

#include "core/error.h"
#include "metrics/metric.h"

namespace ganvas::metrics {

// Each in a file of metrics/kinds/: the metric of that name; null for other names.
MetricPtr frechet_metric(const MetricName& name);
MetricPtr kernel_metric(const MetricName& name);
MetricPtr precision_recall_metric(const MetricName& name);
MetricPtr inception_score_metric(const MetricName& name);
MetricPtr path_length_metric(const MetricName& name);
MetricPtr factors_metric(const MetricName& name);

namespace {

constexpr std::int64_t most_samples = 100'000'000;

using MetricMaker = MetricPtr (*)(const MetricName& name);
constexpr MetricMaker makers[] = {
    frechet_metric,           // fid, face_fid
    kernel_metric,            // kid, face_kid
    precision_recall_metric,  // pr
    inception_score_metric,   // is
    path_length_metric,       // ppl, ppl2
    factors_metric,           // factors
};

[[noreturn]] void refuse(const std::string& name) {
  throw UsageError(fmt::format(
      "\"{}\" is no metric; write for example fid50k_full, kid50k_full, pr50k3_full, is50k, ppl2_wend or face_fid10k, "
      "with any number of pictures (fid500, pr500_3, ppl2_wend10k).",
      name));
}

}  // namespace

std::optional<std::vector<std::string>> MetricName::match(const char* pattern) const {
  std::smatch part;
  if (!std::regex_match(text, part, std::regex(pattern))) return std::nullopt;
  return std::vector<std::string>(part.begin() + 1, part.end());
}

std::int64_t MetricName::count(std::string digits) const {
  if (digits.empty()) return samples;
  const bool thousands = digits.back() == 'k';
  if (thousands) digits.pop_back();
  if (digits.empty() || digits.size() > 9) refuse(text);
  const std::int64_t count = std::stoll(digits) * (thousands ? 1000 : 1);
  if (count < 1 || count > most_samples) refuse(text);
  return count;
}

MetricPtr parse_metric(const std::string& name, std::int64_t samples) {
  for (const MetricMaker make : makers) {
    if (MetricPtr metric = make({name, samples})) return metric;
  }
  refuse(name);
}

std::vector<MetricPtr> parse_metrics(const std::string& list, std::int64_t samples) {
  std::vector<MetricPtr> metrics;
  std::string_view rest = list;
  while (true) {
    const auto comma = rest.find(',');
    MetricPtr metric = parse_metric(std::string(rest.substr(0, comma)), samples);
    if (std::any_of(metrics.begin(), metrics.end(), [&](const auto& other) { return other->name() == metric->name(); }))
      throw UsageError(fmt::format("The metric {} is asked for twice.", metric->name()));
    metrics.push_back(std::move(metric));
    if (comma == std::string_view::npos) return metrics;
    rest = rest.substr(comma + 1);
  }
}

}  // namespace ganvas::metrics
