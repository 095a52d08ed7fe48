#include "metrics/evaluation.h"

#include <algorithm>

#include "core/error.h"
#include "metrics/distances/inception_score.h"
#include "metrics/distances/kernel_distance.h"
#include "metrics/distances/path_sampling.h"
#include "metrics/distances/perceptual_path.h"
#include "metrics/distances/precision_recall.h"

namespace ganvas::metrics {
namespace {

/// The network that a metric looks through.
FeatureExtractor* network_for(MetricKind kind, const MetricSubjects& subjects) {
  if (MetricRequest{.kind = kind}.by_faces()) return subjects.faces;
  const bool perceptual = kind == MetricKind::precision_recall || kind == MetricKind::path_length;
  return perceptual && subjects.perceptual != nullptr ? subjects.perceptual : subjects.extractor;
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
    for (const MetricRequest& request : options_.metrics) plan(request);
    for (Look& look : looks_) gather_for(look);
    std::vector<MetricResult> results;
    for (const MetricRequest& request : options_.metrics) {
      MetricResult result{.name = request.name, .choices = choices(request)};
      if (request.kind == MetricKind::path_length) {
        result.values = path_length(request);  // all processes sample
      } else if (options_.batches.ranks.first()) {
        result.values = values_of(request);
        if (request.kind == MetricKind::factors) result.factors = factors_of(request);
      }
      results.push_back(std::move(result));
    }
    for (const std::filesystem::path& state : states_) remove_state(state);
    if (!options_.batches.ranks.first()) results.clear();
    return results;
  }

 private:
  [[nodiscard]] std::int64_t data_count(const MetricRequest& request) const {
    const std::int64_t all = subjects_.data->size();
    return request.full ? all : std::min(request.samples, all);
  }
  [[nodiscard]] std::int64_t sample_count(const MetricRequest& request) const {
    return std::min(request.samples, subjects_.samples->size());
  }

  Look& look_for(const MetricRequest& request) {
    FeatureExtractor* extractor = network_for(request.kind, subjects_);
    const auto found = std::find_if(looks_.begin(), looks_.end(),
                                    [&](const Look& look) { return look.network.extractor == extractor; });
    if (found != looks_.end()) return *found;
    // The face network brings pictures to its size by itself.
    const ResizeMode resize = request.by_faces() ? ResizeMode::legacy_tensorflow : options_.resize;
    looks_.push_back({.network = {.extractor = extractor, .resize = resize, .side = options_.side}});
    return looks_.back();
  }

  void plan(const MetricRequest& request) {
    if (request.kind == MetricKind::path_length) return;
    Look& look = look_for(request);
    const std::int64_t samples = sample_count(request);
    if (request.kind == MetricKind::inception_score) {
      look.sample_needs.probabilities = std::max(look.sample_needs.probabilities, samples);
    } else if (request.kind == MetricKind::fid || request.kind == MetricKind::face_fid) {
      look.sample_needs.moments.insert(samples);
      look.data_needs.moments.insert(data_count(request));
    } else {
      look.sample_needs.features = std::max(look.sample_needs.features, samples);
      look.data_needs.features = std::max(look.data_needs.features, data_count(request));
    }
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

  std::vector<std::pair<std::string, double>> values_of(const MetricRequest& request) {
    const Look& look = look_for(request);
    const FeatureStatistics &data = look.data.statistics, &samples = look.samples.statistics;
    const std::int64_t count = sample_count(request);
    if (request.kind == MetricKind::inception_score) {
      const InceptionScore score = inception_score(samples.probabilities.narrow(0, 0, count), options_.score_splits);
      return {{"is_mean", score.mean}, {"is_std", score.deviation}};
    }
    const std::int64_t reals = data_count(request);
    if (request.kind == MetricKind::fid || request.kind == MetricKind::face_fid)
      return {{request.kind == MetricKind::fid ? "fid" : "face_fid",
               frechet_distance(data.moments.at(reals), samples.moments.at(count), options_.unbiased_covariance)}};
    const at::Tensor a = samples.features.narrow(0, 0, count), b = data.features.narrow(0, 0, reals);
    if (request.kind == MetricKind::factors) return {{"coverage", factors_of(request).coverage()}};
    if (request.kind == MetricKind::kid || request.kind == MetricKind::face_kid)
      return {{request.kind == MetricKind::kid ? "kid" : "face_kid",
               kernel_distance(a, b, options_.kid_subsets, options_.kid_subset_size, options_.sampling.seed)}};
    const PrecisionRecall both = precision_recall(b, a, request.neighbours, options_.half_precision);
    return {{"precision", both.precision}, {"recall", both.recall}};
  }

  FactorReport factors_of(const MetricRequest& request) {
    const Look& look = look_for(request);
    const at::Tensor samples = look.samples.statistics.features.narrow(0, 0, sample_count(request));
    const at::Tensor data = look.data.statistics.features.narrow(0, 0, data_count(request));
    return factor_report(subjects_.faces->factors(samples), subjects_.faces->factors(data));
  }

  std::vector<std::pair<std::string, double>> path_length(const MetricRequest& request) {
    const PathOptions path{
        .sampling = options_.sampling, .in_w = request.in_w, .at_end = request.at_end, .centre = request.centre};
    const SampledPaths sampled = sample_paths(*subjects_.generator, *network_for(request.kind, subjects_), path,
                                              request.samples, subjects_.generator_identity, options_.batches);
    states_.push_back(sampled.state);
    const PathLength length = path_length_of(sampled.distances);
    return {{"ppl", length.value}, {"ppl_unfiltered", length.unfiltered}};
  }

  [[nodiscard]] std::string split_of(const MetricRequest& request) const {
    switch (request.kind) {
      case MetricKind::fid:
      case MetricKind::face_fid:
      case MetricKind::factors:
        return "none";
      case MetricKind::kid:
      case MetricKind::face_kid:
        return fmt::format("{} subsets of {}", options_.kid_subsets,
                           std::min({sample_count(request), data_count(request), options_.kid_subset_size}));
      case MetricKind::precision_recall:
        return fmt::format("neighbourhoods of {}", request.neighbours);
      case MetricKind::inception_score:
        return fmt::format("{} parts", options_.score_splits);
      case MetricKind::path_length:
        return "percentiles 1 to 99";
    }
    return {};
  }

  [[nodiscard]] static std::string mode_of(const MetricRequest& request) {
    if (request.needs_data()) return request.full ? "against all of the data" : "against the first of the data";
    if (request.kind == MetricKind::inception_score) return "samples alone";
    return fmt::format("steps in {} {}{}", request.in_w ? "W" : "Z", request.at_end ? "at ends" : "anywhere",
                       request.centre ? ", middle of the pictures" : "");
  }

  /// Everything that a figure depends on, for whoever reads it without having seen the command.
  Json choices(const MetricRequest& request) {
    const FeatureExtractor& extractor = *network_for(request.kind, subjects_);
    const bool path = request.kind == MetricKind::path_length;
    const bool score = request.kind == MetricKind::inception_score;
    const bool model = subjects_.generator != nullptr;
    const auto of_model = [&](Json value) { return model ? std::move(value) : Json("none"); };
    Json all{{"mode", mode_of(request)}, {"n_asked", request.samples}};
    all["n_generated"] = path ? request.samples : sample_count(request);
    if (request.needs_data()) all["n_data"] = data_count(request);
    all["split"] = split_of(request);
    if (request.kind == MetricKind::fid || request.kind == MetricKind::face_fid)
      all["covariance"] = options_.unbiased_covariance ? "N-1" : "N";
    if (request.kind == MetricKind::precision_recall)
      all["arithmetic"] = options_.half_precision ? "half precision" : "double precision";
    if (request.by_faces()) all["note"] = "by the built-in face network; not to be compared with FID or KID";
    all["resize"] = request.by_faces() ? Json("antialiased bilinear to 64")
                    : path             ? Json("none, at most 256 pixels")
                                       : Json(to_string(options_.resize));
    if (!path && !request.by_faces() && options_.resize != ResizeMode::legacy_tensorflow)
      all["resized_to"] = options_.side;
    all["extractor"] = extractor.name();
    all["extractor_sha256"] = extractor.sha256();
    all["extractor_call"] = extractor.call(path    ? ExtractorOutput::perceptual
                                           : score ? ExtractorOutput::probabilities
                                                   : ExtractorOutput::features);
    all["seed"] = options_.sampling.seed;
    all["truncation"] = of_model(options_.sampling.psi);
    all["noise"] = of_model(options_.sampling.noise_mode);
    if (model && subjects_.generator->spec().c_dim > 0)
      all["labels"] = label_choice(subjects_.generator->spec(), options_.sampling);
    all.update(subjects_.provenance);
    if (request.needs_data()) all["data_statistics"] = look_for(request).data.cached ? "cached" : "computed";
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
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string text_of_factors(const FactorReport& report) {
  std::string text;
  for (const FactorShares& factor : report.factors)
    text += fmt::format("\n  {:14} {:.3f}", factor.factor, factor.distance);
  for (const std::string& sentence : report.missing()) text += "\n  " + sentence;
  return text;
}

}  // namespace

void check_subjects(const MetricOptions& options, const MetricSubjects& subjects) {
  for (const MetricRequest& request : options.metrics) {
    if (request.by_faces() && subjects.faces == nullptr)
      throw UsageError(fmt::format("{} needs the built-in face network, which is not there.", request.name));
    if (network_for(request.kind, subjects) == nullptr)
      throw UsageError(fmt::format(
          "{} needs a feature network that you choose: give --extractor FILE, a TorchScript program such as NVIDIA's "
          "inception-2015-12-05.pt (docs/metrics.md says where to get it and how to check it); for models of the "
          "built-in faces, face_fid10k needs none.",
          request.name));
    if (request.needs_data() && subjects.data == nullptr)
      throw UsageError(
          fmt::format("{} compares with a data set: give --data \"faces\", a folder or an archive of "
                      "pictures.",
                      request.name));
    if (request.kind == MetricKind::path_length && subjects.generator == nullptr)
      throw UsageError(
          fmt::format("{} follows a model's latents, which pictures do not have; give a model file or a run folder.",
                      request.name));
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
    for (const auto& [name, value] : result.values) entry[name] = value;
    if (result.factors) entry.update(to_json(*result.factors));
    entry.update(result.choices);
  }
  return all;
}

std::string to_text(const std::vector<MetricResult>& results) {
  std::string text;
  for (const MetricResult& result : results) {
    text += fmt::format("{:16}", result.name);
    for (const auto& [name, value] : result.values) text += fmt::format("  {} {:.6g}", name, value);
    if (result.factors) text += text_of_factors(*result.factors);
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
