#pragma once
// What a batch norm remembers of what came to it tells how the layers before it work: of the ways in which they may,
// that is the likeliest whose outputs look like it.

#include "io/weight_set.h"
#include "models/layered/reading/assemble.h"

namespace ganvas::models {

/// How far the outputs are from what the batch norms remember: the mean over them, 0 is as good as can be, below about
/// 0.2 they tell something; nothing where none remembers anything, or what they remember does not resemble what any
/// choice gives them, as where the weights were changed since.
///
/// Settles the activations and the batch norms' eps of the network on the way where they tell, and says why. A chain
/// over the generator's latents, of a bounded number of multiplications.
std::optional<double> settle_by_statistics(Assembled& network, const Entrance& entrance, const io::WeightSet& weights,
                                           bool all_activations);

}  // namespace ganvas::models
