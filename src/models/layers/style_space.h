#pragma once
// What the mapping networks of the StyleGAN family share.

#include "models/generator.h"

namespace ganvas::models {

/// x [N, C] -> each row divided by the root of its mean square (Karras et al. 2018, "pixel norm").
at::Tensor unit_rows(const at::Tensor& x);

/// w [N, w_dim] -> [N, num_ws, w_dim], its first rows moved towards w_avg [w_dim] as `options` says (the truncation
/// trick; Karras et al. 2018, appendix B).
at::Tensor style_rows(const at::Tensor& w, const at::Tensor& w_avg, int num_ws, const MapOptions& options);

/// Moves w_avg towards the batch mean of w [N, w_dim]: w_avg = beta * w_avg + (1 - beta) * mean. Not differentiated.
void update_average(at::Tensor& w_avg, const at::Tensor& w, double beta);

}  // namespace ganvas::models
