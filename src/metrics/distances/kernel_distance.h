#pragma once
// The kernel distance between two sets of features (Binkowski et al. 2018, "Demystifying MMD GANs"): KID where the
// features are Inception's.

#include <ATen/ATen.h>

#include <cstdint>

namespace ganvas::metrics {

/// The squared maximum mean discrepancy under k(x, y) = (x.y / dim + 1)^3, of two sets of M features each: pairs of one
/// set without those of a feature with itself, pairs across the sets all of them, as NVIDIA's program counts. May be a
/// little below 0. Throws Error for sets of other sizes or fewer than 2.
///   a, b [M, dim]
double kernel_distance(const at::Tensor& a, const at::Tensor& b);

/// The mean over pairs of random subsets of min(size of a, size of b, largest) features without repetition. Depends on
/// the order of the features and the seed alone. Throws Error for fewer than 2 features or no subset.
double kernel_distance(const at::Tensor& a, const at::Tensor& b, int subsets, std::int64_t largest, std::uint64_t seed);

}  // namespace ganvas::metrics
