#pragma once
// Perceptual path length (Karras et al. 2018): how far pictures move for a small step of the latent.

#include <ATen/ATen.h>

namespace ganvas::metrics {

/// Along the great circle between the directions of a and b, of length 1.
///   a, b [N, dim], t [N, 1] in 0..1 -> [N, dim]
at::Tensor unit_slerp(const at::Tensor& a, const at::Tensor& b, const at::Tensor& t);

/// Squared distances of features over the squared step.
///   [N, dim] each -> [N]
at::Tensor path_distances(const at::Tensor& before, const at::Tensor& after, double epsilon);

struct PathLength {
  double value = 0;          ///< mean of the distances from `low` to `high`
  double unfiltered = 0;     ///< mean of all
  double low = 0, high = 0;  ///< the 1st percentile, rounded down, and the 99th, rounded up
};

/// distances [N], N >= 1. Throws Error for none.
PathLength path_length_of(const at::Tensor& distances);

}  // namespace ganvas::metrics
