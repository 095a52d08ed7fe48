#pragma once
// Weights under a reparametrisation, as the plain weights that they stand for.

#include "io/weight_set.h"

namespace ganvas::models {

/// Spectral norm (Miyato et al. 2018) and weight norm (Salimans & Kingma 2016), in PyTorch's old form (weight_orig,
/// weight_u; weight_g, weight_v) and its new one (parametrizations.weight...), folded into "weight". Tensors without
/// either stay as they are, so own files do too.
io::WeightSet with_plain_weights(const io::WeightSet& weights);

}  // namespace ganvas::models
