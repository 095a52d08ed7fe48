#include "models/layers/levels.h"

#include "core/error.h"

namespace ganvas::models {

NetworkSpec with_levels_for(NetworkSpec spec, int resolution) {
  require(resolution >= 8 && resolution <= 1024 && std::has_single_bit(static_cast<unsigned>(resolution)),
          "Networks of the family {} have 8, 16, 32, ... or 1024 pixels along an edge, not {}.", spec.family,
          resolution);
  spec.resolution = resolution;
  spec.num_ws = 2 * levels_up_to(resolution);
  return spec;
}

}  // namespace ganvas::models
