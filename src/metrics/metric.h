#pragma once
// A metric of the field. One file each in metrics/kinds/; metric_names.cpp lists them.

#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"
#include "metrics/faces/face_network.h"
#include "metrics/features/batches.h"
#include "metrics/features/feature_extractor.h"
#include "metrics/features/frechet.h"
#include "metrics/features/picture_scaling.h"
#include "metrics/features/picture_source.h"
#include "metrics/metric_names.h"

namespace ganvas::metrics {

/// Choices that hold for all metrics of a call.
struct MetricOptions {
  std::vector<MetricPtr> metrics;
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

/// What a metric is made of, which is brought to it.
struct MetricNeeds {
  enum class Network { extractor, perceptual, faces };  ///< of MetricSubjects
  /// What is gathered of each picture. `latents`: nothing, the metric walks through the generator's latents by itself.
  enum class Gather { moments, features, probabilities, latents };
  Network network = Network::extractor;
  Gather gather = Gather::features;
  bool data = true;  ///< of the data too, not of the samples alone
};

/// How many pictures there are to compare.
struct MetricCounts {
  std::int64_t samples = 0;
  std::int64_t data = 0;  ///< 0 where the metric needs none
};

/// What was asked for.
struct MetricInput {
  const MetricOptions& options;
  const MetricSubjects& subjects;
  FeatureExtractor& network;
  const FeatureMoments *sample_moments = nullptr, *data_moments = nullptr;  ///< where moments are gathered
  at::Tensor samples, data;  ///< [count, dim] float on the CPU where features or probabilities are gathered
};

struct MetricFigures {
  std::vector<std::pair<std::string, double>> values;  ///< "fid", or "precision" and "recall", ...
  Json details = Json::object();                       ///< beside the values in the JSON
  std::vector<std::string> table;                      ///< the details for people, a line each
  std::vector<std::string> remarks;                    ///< sentences about what stands out: "no mint hair color"
  std::filesystem::path state;                         ///< to remove when the figures are safe (run_batches())
};

/// One metric as somebody asked for it.
class Metric {
 public:
  virtual ~Metric() = default;
  [[nodiscard]] const std::string& name() const { return name_; }  ///< as it was written: "fid50k_full"
  /// Generated pictures; pairs of them for a path length.
  [[nodiscard]] std::int64_t samples() const { return samples_; }
  /// Against all of the data, not the first samples() pictures of it.
  [[nodiscard]] bool full() const { return full_; }
  [[nodiscard]] bool by_faces() const { return needs().network == MetricNeeds::Network::faces; }
  [[nodiscard]] bool by_latents() const { return needs().gather == MetricNeeds::Gather::latents; }

  [[nodiscard]] virtual MetricNeeds needs() const = 0;
  /// What is compared with what, for people.
  [[nodiscard]] virtual std::string mode() const;
  /// Choices of this metric alone, printed with its figures: "split" says how the pictures are divided. "resize" only
  /// where it gets them in another size than the options say.
  [[nodiscard]] virtual Json choices(const MetricOptions& options, const MetricCounts& counts) const = 0;
  /// On the first process; by latents on all of them. Throws Error.
  [[nodiscard]] virtual MetricFigures figures(const MetricInput& input) const = 0;

 protected:
  Metric(std::string name, std::int64_t samples, bool full) : name_(std::move(name)), samples_(samples), full_(full) {}

 private:
  std::string name_;
  std::int64_t samples_;
  bool full_;
};

}  // namespace ganvas::metrics
