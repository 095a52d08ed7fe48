#pragma once
// What the style controls do to w, [N, num_ws, w_dim]. Pure functions of tensors; whatever does not fit a model is
// passed over.

#include <ATen/ATen.h>

#include <vector>

#include "latent/controls.h"

namespace ganvas::latent {

/// Rows of w replaced by those of `source` [N or 1, num_ws, w_dim], each by its weight (0 none, 1 exactly the source;
/// missing ones 0).
at::Tensor mixed(const at::Tensor& w, const at::Tensor& source, const std::vector<double>& weights);

/// The base styles ([w_dim] or [num_ws * w_dim]) for all pictures of w where they fit, else w.
at::Tensor based(const at::Tensor& w, const std::vector<float>& base);

/// w after the moves and the offsets.
at::Tensor moved(const at::Tensor& w, const StyleControls& style);

/// [3, 3] float for SynthesisOptions::transform; undefined where the picture stays in its place.
at::Tensor placement_matrix(const PlacementControls& placement);

}  // namespace ganvas::latent
