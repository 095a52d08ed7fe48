#pragma once
// What two pictures are compared by, beside their pixels. Pure functions of tensors.

#include <ATen/ATen.h>

#include <functional>
#include <string>

namespace ganvas::latent {

/// Turns pictures [N, C, H, W] in -1..1 into rows [N, dim] whose squared distances count. Gradients flow through it.
struct PictureFeatures {
  std::string name;  ///< for people
  std::function<at::Tensor(const at::Tensor& pictures)> of;
};

/// The built-in features, without a trained network: at each scale, halved down to 4 pixels, what a blur takes away
/// (the Laplacian pyramid; Burt and Adelson 1983), its differences to the right and down, and at the end the rest. Each
/// scale counts by the mean over its values, so that coarse ones count as much as fine ones.
PictureFeatures pyramid_features();

/// Pictures of half the sides, after a binomial blur of 5 taps. Sides must be even and at least 4.
at::Tensor halved(const at::Tensor& pictures);

}  // namespace ganvas::latent
