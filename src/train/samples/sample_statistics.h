#pragma once
// How varied pictures are, and how far from the data's, by their pixels alone: cheap enough to look at every few steps.

#include <ATen/ATen.h>

#include "train/report/report.h"

namespace ganvas::train {

/// Compares batches of samples with one batch of pictures of the data. Pictures are reduced to at most 16 x 16 by
/// averaging, so that fine noise is no variety. Not thread-safe.
class SampleStatistics {
 public:
  /// reals [M, C, H, W] float in -1..1, M at least 2.
  explicit SampleStatistics(const at::Tensor& reals);

  /// samples [N, C, H, W] float in -1..1, N at least 2. -> diversity: the mean distance between two samples over that
  /// between two reals; distance: the energy distance of samples and reals (Szekely & Rizzo 2013) over twice the mean
  /// distance between a sample and a real, 0 equal to 1 far apart. Neither is a number when the samples are not.
  [[nodiscard]] SampleFigures of(const at::Tensor& samples) const;

 private:
  at::Tensor reals_;  // [M, D] double on the CPU
  double spread_ = 0;
};

}  // namespace ganvas::train
