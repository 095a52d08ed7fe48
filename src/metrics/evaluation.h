#pragma once
// All metrics that a person asks for, of one model or set of pictures: few passes, each figure with all its choices.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"
#include "metrics/faces/face_network.h"
#include "metrics/faces/factor_report.h"
#include "metrics/features/batches.h"
#include "metrics/features/feature_statistics.h"
#include "metrics/features/picture_source.h"
#include "metrics/metric_request.h"

namespace ganvas::metrics {

/// Choices that hold for all metrics of a call.
struct MetricOptions {
  std::vector<MetricRequest> metrics;
  SamplingOptions sampling;  ///< of a generator; its seed also chooses the subsets of KID
  ResizeMode resize = ResizeMode::legacy_tensorflow;
  std::int64_t side = 299;           ///< pixels, for the modes that resize before the network
  bool unbiased_covariance = false;  ///< divided by N - 1, not N
  bool half_precision = false;       ///< precision and recall: as NVIDIA's program rounds
  int kid_subsets = 100;
  std::int64_t kid_subset_size = 1000;
  int score_splits = 10;
  BatchOptions batches;
  std::filesystem::path cache;  ///< folder for statistics of data sets; empty: none
};

/// Who is judged, against what, with which networks. Not owned; null where there is none.
struct MetricSubjects {
  PictureSource* samples = nullptr;
  models::Generator* generator = nullptr;    ///< null where the samples are pictures of a folder
  Json generator_identity = Json::object();  ///< of its weights
  PictureSource* data = nullptr;
  FeatureExtractor* extractor = nullptr;   ///< for FID, KID, the Inception Score, and what has none of its own
  FeatureExtractor* perceptual = nullptr;  ///< for precision, recall and path lengths; null: `extractor`
  FaceExtractor* faces = nullptr;          ///< for face-FID, face-KID and the factor report
  Json provenance = Json::object();        ///< printed with every figure: model, weights, data
};

struct MetricResult {
  std::string name;
  std::vector<std::pair<std::string, double>> values;  ///< "fid", or "precision" and "recall", ...
  std::optional<FactorReport> factors;                 ///< of a factor report
  Json choices;                                        ///< everything that the values depend on
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
