#include "models/plain_latent.h"

#include "core/error.h"

namespace ganvas::models {

at::Tensor plain_latent(const NetworkSpec& spec, const at::Tensor& z, const MapOptions& options) {
  require(z.dim() == 2 && z.size(1) == spec.z_dim, "The latent must be [N, {}].", spec.z_dim);
  const bool truncate = options.truncation_psi != 1.0 && options.truncation_cutoff != 0;
  return (truncate ? z * options.truncation_psi : z).unsqueeze(1);
}

}  // namespace ganvas::models
