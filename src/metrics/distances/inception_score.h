#pragma once
// The Inception Score (Salimans et al. 2016): sure about each picture, and of many kinds.

#include <ATen/ATen.h>

namespace ganvas::metrics {

struct InceptionScore {
  double mean = 0;
  double deviation = 0;  ///< over the parts, divided by their number
};

/// exp of the mean divergence of each picture's classes from all pictures' classes, over `parts` equal stretches of the
/// pictures. In the arithmetic of `probabilities` [N, classes], which the authors' programs do in single precision.
/// Throws Error for fewer pictures than parts.
InceptionScore inception_score(const at::Tensor& probabilities, int parts = 10);

}  // namespace ganvas::metrics
