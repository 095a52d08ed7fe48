#include "metrics/evaluation.h"

#include <algorithm>

#include "core/error.h"
#include "core/json_text.h"
#include "metrics/features/feature_statistics.h"

namespace ganvas::metrics {
namespace {

using Gather = MetricNeeds::Gather;
using Network = MetricNeeds::Network;

FeatureExtractor* network_for(const Metric& metric, const MetricSubjects& subjects) {
  const Network network = metric.needs().network;
  if (network == Network::faces) return subjects.faces;
  return network == Network::perceptual && subjects.perceptual != nullptr ? subjects.perceptual : subjects.extractor;
}

/// One network, and what the metrics want to know through it.
struct Look {
  FeatureNetwork network;
  FeatureNeeds data_needs, sample_needs;
  GatheredStatistics data, samples;
};

class Evaluation {
 public:
  Evaluation(const MetricOptions& options, const MetricSubjects& subjects) : options_(options), subjects_(subjects) {}

  std::vector<MetricResult> run() {
    for (const MetricPtr& metric : options_.metrics) plan(*metric);
    for (Look& look : looks_) gather_for(look);
    std::vector<MetricResult> results;
    for (const MetricPtr& metric : options_.metrics) {
      MetricResult result{.name = metric->name(), .choices = choices(*metric)};
      if (metric->by_latents() || options_.batches.ranks.first()) result.figures = metric->figures(input_of(*metric));
      states_.push_back(result.figures.state);
      results.push_back(std::move(result));
    }
    for (const std::filesystem::path& state : states_) remove_state(state);
    if (!options_.batches.ranks.first()) results.clear();
    return results;
  }

 private:
  [[nodiscard]] MetricCounts counts(const Metric& metric) const {
    MetricCounts counts{.samples = metric.samples()};
    if (!metric.by_latents()) counts.samples = std::min(counts.samples, subjects_.samples->size());
    if (metric.needs().data)
      counts.data = metric.full() ? subjects_.data->size() : std::min(metric.samples(), subjects_.data->size());
    return counts;
  }

  Look& look_for(const Metric& metric) {
    FeatureExtractor* extractor = network_for(metric, subjects_);
    const auto found = std::find_if(looks_.begin(), looks_.end(),
                                    [&](const Look& look) { return look.network.extractor == extractor; });
    if (found != looks_.end()) return *found;
    // The face network brings pictures to its size by itself.
    const ResizeMode resize = metric.by_faces() ? ResizeMode::legacy_tensorflow : options_.resize;
    looks_.push_back({.network = {.extractor = extractor, .resize = resize, .side = options_.side}});
    return looks_.back();
  }

  static void add(Gather what, std::int64_t count, FeatureNeeds& needs) {
    if (what == Gather::moments) needs.moments.insert(count);
    if (what == Gather::features) needs.features = std::max(needs.features, count);
    if (what == Gather::probabilities) needs.probabilities = std::max(needs.probabilities, count);
  }

  void plan(const Metric& metric) {
    if (metric.by_latents()) return;
    const MetricNeeds needs = metric.needs();
    Look& look = look_for(metric);
    add(needs.gather, counts(metric).samples, look.sample_needs);
    if (needs.data) add(needs.gather, counts(metric).data, look.data_needs);
  }

  void gather_for(Look& look) {
    if (!look.data_needs.empty()) {
      look.data = gather_cached(*subjects_.data, look.network, look.data_needs, "pictures of the data",
                                options_.batches, options_.cache);
      states_.push_back(look.data.state);
    }
    const char* what = subjects_.generator != nullptr ? "generated pictures" : "pictures to judge";
    look.samples = gather(*subjects_.samples, look.network, look.sample_needs, what, options_.batches);
    states_.push_back(look.samples.state);
  }

  MetricInput input_of(const Metric& metric) {
    MetricInput input{.options = options_, .subjects = subjects_, .network = *network_for(metric, subjects_)};
    if (metric.by_latents()) return input;
    const MetricNeeds needs = metric.needs();
    const MetricCounts count = counts(metric);
    const Look& look = look_for(metric);
    const auto take = [&](const FeatureStatistics& from, std::int64_t number, const FeatureMoments*& moments,
                          at::Tensor& rows) {
      if (needs.gather == Gather::moments) {
        moments = &from.moments.at(number);
      } else {
        rows = (needs.gather == Gather::features ? from.features : from.probabilities).narrow(0, 0, number);
      }
    };
    take(look.samples.statistics, count.samples, input.sample_moments, input.samples);
    if (needs.data) take(look.data.statistics, count.data, input.data_moments, input.data);
    return input;
  }

  /// Everything that a figure depends on, for whoever reads it without having seen the command.
  Json choices(const Metric& metric) {
    const FeatureExtractor& extractor = *network_for(metric, subjects_);
    const MetricNeeds needs = metric.needs();
    const MetricCounts count = counts(metric);
    const bool model = subjects_.generator != nullptr;
    const auto of_model = [&](Json value) { return model ? std::move(value) : Json("none"); };
    Json all{{"mode", metric.mode()}, {"n_asked", metric.samples()}, {"n_generated", count.samples}};
    if (needs.data) all["n_data"] = count.data;
    all.update(metric.choices(options_, count));
    if (metric.by_faces()) {
      all["note"] = "by the built-in face network; not to be compared with FID or KID";
      all["resize"] = "antialiased bilinear to 64";
    }
    if (!all.contains("resize")) {
      all["resize"] = to_string(options_.resize);
      if (options_.resize != ResizeMode::legacy_tensorflow) all["resized_to"] = options_.side;
    }
    all["extractor"] = extractor.name();
    all["extractor_sha256"] = extractor.sha256();
    all["extractor_call"] = extractor.call(metric.by_latents()                     ? ExtractorOutput::perceptual
                                           : needs.gather == Gather::probabilities ? ExtractorOutput::probabilities
                                                                                   : ExtractorOutput::features);
    all["seed"] = options_.sampling.seed;
    all["truncation"] = of_model(options_.sampling.psi);
    all["noise"] = of_model(options_.sampling.noise_mode);
    if (model && subjects_.generator->spec().c_dim > 0)
      all["labels"] = label_choice(subjects_.generator->spec(), options_.sampling);
    all.update(subjects_.provenance);
    if (needs.data) all["data_statistics"] = look_for(metric).data.cached ? "cached" : "computed";
    all["batch"] = options_.batches.batch;
    all["processes"] = options_.batches.ranks.size;
    return all;
  }

  const MetricOptions& options_;
  const MetricSubjects& subjects_;
  std::vector<Look> looks_;
  std::vector<std::filesystem::path> states_;
};

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : json_text(value);
}

}  // namespace

std::string Metric::mode() const {
  if (!needs().data) return "samples alone";
  return full_ ? "against all of the data" : "against the first of the data";
}

void check_subjects(const MetricOptions& options, const MetricSubjects& subjects) {
  for (const MetricPtr& metric : options.metrics) {
    if (metric->by_faces() && subjects.faces == nullptr)
      throw UsageError(fmt::format("{} needs the built-in face network, which is not there.", metric->name()));
    if (network_for(*metric, subjects) == nullptr)
      throw UsageError(fmt::format(
          "{} needs a feature network that you choose: give --extractor FILE, a TorchScript program such as NVIDIA's "
          "inception-2015-12-05.pt (docs/metrics.md says where to get it and how to check it); for models of the "
          "built-in faces, face_fid10k needs none.",
          metric->name()));
    if (metric->needs().data && subjects.data == nullptr)
      throw UsageError(
          fmt::format("{} compares with a data set: give --data \"faces\", a folder or an archive of "
                      "pictures.",
                      metric->name()));
    if (metric->by_latents() && subjects.generator == nullptr)
      throw UsageError(
          fmt::format("{} follows a model's latents, which pictures do not have; give a model file or a run folder.",
                      metric->name()));
  }
}

std::vector<MetricResult> evaluate(const MetricOptions& options, const MetricSubjects& subjects) {
  check_subjects(options, subjects);
  return Evaluation(options, subjects).run();
}

Json to_json(const std::vector<MetricResult>& results) {
  Json all = Json::object();
  for (const MetricResult& result : results) {
    Json& entry = all[result.name] = Json::object();
    for (const auto& [name, value] : result.figures.values) entry[name] = value;
    entry.update(result.figures.details);
    entry.update(result.choices);
  }
  return all;
}

std::string to_text(const std::vector<MetricResult>& results) {
  std::string text;
  for (const MetricResult& result : results) {
    text += fmt::format("{:16}", result.name);
    for (const auto& [name, value] : result.figures.values) text += fmt::format("  {} {:.6g}", name, value);
    for (const auto* lines : {&result.figures.table, &result.figures.remarks})
      for (const std::string& line : *lines) text += "\n  " + line;
    text += "\n   ";
    const char* divider = " ";
    for (const auto& [key, value] : result.choices.items()) {
      text += fmt::format("{}{}: {}", divider, key, text_of(value));
      divider = "; ";
    }
    text += '\n';
  }
  return text;
}

}  // namespace ganvas::metrics
