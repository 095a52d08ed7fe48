#pragma once
// Directions of the style space that change what a label says, and how much else they change. Pure functions of
// tensors.

#include <ATen/ATen.h>

#include <vector>

namespace ganvas::latent {

/// The direction along which a label grows.
struct SupervisedDirection {
  at::Tensor vector;  // [dim] double, of length 1
  double size = 0;    ///< standard deviation of the styles along it
  double accuracy =
      0;  ///< correlation of the label with what is predicted of the half that was not learned from, -1..1
};

struct RegressionOptions {
  double ridge =
      1;           ///< squared length of the coefficients, for styles of deviation 1, against the sum over the samples
  int steps = 25;  ///< of Newton's method, at most
};

/// styles [N, dim], labels [N] in 0..1: logistic regression where all labels are 0 or 1 (as InterFaceGAN takes the
/// normal of a boundary; Shen et al. 2020), else linear regression. Throws Error for fewer than 8 samples, labels that
/// are all alike and values outside 0..1.
SupervisedDirection supervised_direction(const at::Tensor& styles, const at::Tensor& labels,
                                         const RegressionOptions& options = {});

/// What of a direction [dim] is at right angles to `others` [K, dim], of length 1: it changes what they stand for no
/// more (conditional manipulation of InterFaceGAN). Throws Error where nothing is left.
at::Tensor conditional_direction(const at::Tensor& direction, const at::Tensor& others);

/// How readings change with styles, as far as straight lines through samples tell.
struct Slopes {
  at::Tensor per_deviation;  // [dim, K] double: deviations of each reading for one of each style value
  at::Tensor deviation;      // [dim] double, of the styles
};

/// styles [N, dim], readings [N, K]: ridge regression. Throws Error for fewer than 8 samples.
Slopes slopes_of(const at::Tensor& styles, const at::Tensor& readings);

/// The direction [dim], of length 1, along which the reading `column` grows most for what those in `held` change with
/// it. The larger `hold`, the less they may change; 0 gives the steepest way.
at::Tensor isolating_direction(const Slopes& slopes, std::int64_t column, const std::vector<std::int64_t>& held,
                               double hold);

/// The shortest move [dim], in deviations of each style value, that changes the readings `columns` by `changes` [K]
/// deviations, as far as the slopes tell.
at::Tensor move_for(const Slopes& slopes, const std::vector<std::int64_t>& columns, const at::Tensor& changes);

/// Reads labels off pictures, linearly.
struct LabelReader {
  at::Tensor weights;   // [dim + 1, labels] double, the last row is added
  at::Tensor accuracy;  // [labels] double: correlation with the labels of the half that was not learned from

  /// features [N, dim] -> [N, labels] double on the CPU.
  [[nodiscard]] at::Tensor read(const at::Tensor& features) const;
};

/// features [N, dim], labels [N, labels]: ridge regression. Throws Error for fewer than 8 pictures.
LabelReader fit_label_reader(const at::Tensor& features, const at::Tensor& labels, double ridge = 1);

/// changes [directions, factors]: what a step along each direction does to each factor, in standard deviations of the
/// factor. Of each direction the share of the factor that it changes most: |change| / sum of |changes|, [directions].
struct Purity {
  at::Tensor factor;  // [directions] int64, the factor that changes most
  at::Tensor share;   // [directions] double, 1 where nothing else changes
};
Purity purity_of(const at::Tensor& changes);

}  // namespace ganvas::latent
