#pragma once
// map() of the families without a W space.

#include "models/generator.h"

namespace ganvas::models {

/// z [N, z_dim] -> w [N, 1, z_dim]: the style row is z itself, and truncation scales it towards 0. Throws Error for
/// other shapes.
at::Tensor plain_latent(const NetworkSpec& spec, const at::Tensor& z, const MapOptions& options);

}  // namespace ganvas::models
