#pragma once
// Layers for a network of which only one half is known, or none: a DCGAN (Radford et al. 2015) of any size that halves
// down to 3 to 7 pixels.

#include <vector>

#include "models/layered/layers/layer.h"
#include "models/network_spec.h"

namespace ganvas::models {

/// Throw Error for a resolution that cannot be halved so.
std::vector<Layer> fitted_generator(const NetworkSpec& spec);
/// With labels where the network has them, as one more channel.
std::vector<Layer> fitted_discriminator(const NetworkSpec& spec);

}  // namespace ganvas::models
