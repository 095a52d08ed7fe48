#pragma once
// What a generator of built-in faces makes too seldom: the distribution of each factor in samples beside the data's.

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "core/json.h"

namespace ganvas::metrics {

/// One factor of the built-in faces.
struct FactorShares {
  std::string factor;
  std::vector<std::string> values;    ///< of a categorical factor; empty for a continuous one
  std::vector<double> data, samples;  ///< share of each value
  /// Total variation between the shares, 0..1; of a continuous factor the mean distance of its sorted values (0..1).
  double distance = 0;
  std::vector<std::string> missing;  ///< values that the samples have at less than a fifth of the data's rate
};

struct FactorReport {
  std::vector<FactorShares> factors;
  /// "no mint hair color", one for each missing value.
  [[nodiscard]] std::vector<std::string> missing() const;
  /// Share of the data's values that the samples have, over all categorical factors, 0..1.
  [[nodiscard]] double coverage() const;
};

/// samples, data [N, face_label_size()]: what FaceExtractor::factors() reads. Shares are estimated by expectation
/// maximisation over the class probabilities (Saerens et al. 2002), which takes back what the network confuses. A value
/// counts as missing only where at least 20 pictures of it would be expected. Throws Error for empty sets.
FactorReport factor_report(const at::Tensor& samples, const at::Tensor& data);

Json to_json(const FactorReport& report);

}  // namespace ganvas::metrics
