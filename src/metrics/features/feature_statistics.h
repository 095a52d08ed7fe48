#pragma once
// What metrics need to know of a set of pictures, gathered in one pass over them.

#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "metrics/features/batches.h"
#include "metrics/features/feature_extractor.h"
#include "metrics/features/frechet.h"
#include "metrics/features/picture_scaling.h"
#include "metrics/features/picture_source.h"

namespace ganvas::metrics {

/// Numbers of pictures, counted from the first one of the source.
struct FeatureNeeds {
  std::set<std::int64_t> moments;  ///< sums over the first so many, for each of these numbers
  std::int64_t features = 0;       ///< features themselves of the first so many, which takes 4 bytes a value
  std::int64_t probabilities = 0;  ///< classes of the first so many, likewise

  [[nodiscard]] bool empty() const { return moments.empty() && features == 0 && probabilities == 0; }
};

struct FeatureStatistics {
  std::map<std::int64_t, FeatureMoments> moments;  ///< by the numbers of FeatureNeeds
  at::Tensor features;                             // [features, dim] float on the CPU; undefined for none
  at::Tensor probabilities;                        // [probabilities, classes] float on the CPU; undefined for none
};

/// As tensors with names, and back. Throws Error for what is none.
io::WeightSet to_weights(const FeatureStatistics& statistics);
FeatureStatistics statistics_from(const io::WeightSet& weights);

/// A network and the size that it gets pictures in. Not owned.
struct FeatureNetwork {
  FeatureExtractor* extractor = nullptr;
  ResizeMode resize = ResizeMode::legacy_tensorflow;
  std::int64_t side = 299;  ///< pixels, where pictures are resized before

  /// All that decides features of given pictures.
  [[nodiscard]] Json identity() const;
};

struct GatheredStatistics {
  FeatureStatistics statistics;  ///< over all processes, on each of them
  bool cached = false;           ///< nothing had to be computed
  std::filesystem::path state;   ///< to remove when the result is safe (run_batches())
};

/// One pass over as many pictures as are needed; over processes each does its part and all have the result. `what` is
/// for the progress. Throws Error when the source has fewer pictures, and what run_batches() throws.
GatheredStatistics gather(PictureSource& pictures, const FeatureNetwork& network, const FeatureNeeds& needs,
                          const std::string& what, const BatchOptions& options);

/// The same by way of files in `cache` (empty: none) that are named by all that decides them, so they are used for the
/// same pictures, network and size alone. Files that cannot be read are made anew; of pictures that were missing none
/// are written.
GatheredStatistics gather_cached(PictureSource& pictures, const FeatureNetwork& network, const FeatureNeeds& needs,
                                 const std::string& what, const BatchOptions& options,
                                 const std::filesystem::path& cache);

}  // namespace ganvas::metrics
