#pragma once
// Model arithmetic: two models of one family as one (Pinkney & Adler 2020, "Resolution dependent GAN interpolation").

#include "io/weight_set.h"
#include "models/generator.h"

namespace ganvas::latent {

struct MixWeights {
  int split = 16;     ///< pixels: layers of a lower resolution are coarse
  double coarse = 0;  ///< weight of the other model there and in the mapping, 0..1
  double fine = 0;    ///< in the other layers
};

/// own + weight * (other - own), tensor by tensor; exactly one of them at weight 0 and 1. Throws Error naming the first
/// tensor that the other model does not have in that shape.
io::WeightSet mixed_weights(const io::WeightSet& own, const io::WeightSet& other, const MixWeights& mix,
                            const models::NetworkSpec& spec);

}  // namespace ganvas::latent
