#pragma once
// Directions of the style space that change a picture the most, found without labels. Pure functions of tensors.

#include <ATen/ATen.h>

#include <vector>

namespace ganvas::latent {

/// Unit vectors by how much they change, the strongest first. The sign of each is chosen so that its largest component
/// (the first of equals) is positive: the same weights give the same directions.
struct Directions {
  at::Tensor vectors;  // [K, dim] double
  at::Tensor sizes;    // [K] double: see the functions
};

/// Closed-form factorisation (SeFa; Shen and Zhou 2021, "Closed-form factorization of latent semantics in GANs"): the
/// eigenvectors of the matrices' common A^T A, where A stacks `weights` ([out, dim] each). `normalised`: each row of A
/// is scaled to length 1 first, as the authors do. sizes: the eigenvalues. Throws Error when there are no weights.
Directions factorised_directions(const std::vector<at::Tensor>& weights, bool normalised = true);

/// Principal components of samples (PCA of w: Haerkoenen et al. 2020, "GANSpace").
struct PrincipalDirections {
  at::Tensor mean;        // [dim] double
  Directions directions;  ///< sizes: standard deviation of the samples along each
};

/// samples [N, dim], N >= 2; all min(N, dim) components. Throws Error for fewer samples.
PrincipalDirections principal_directions(const at::Tensor& samples);

/// The directions found later, in the order and with the signs of those found before, so that sliders go on meaning the
/// same while a model learns: each keeps the place of the one it is most alike (greedy by |cosine|). Both [K, dim].
Directions aligned(const Directions& found, const Directions& before);

}  // namespace ganvas::latent
