#pragma once
// Layers out of PyTorch's modules, as a whole-module file describes them.

#include "core/json.h"
#include "models/layered/layers/layer.h"
#include "models/layered/reading/drafts.h"

namespace ganvas::models {

/// What a module of torch.nn does: {"name", "class", attributes} as io's reader of modules gives it. A class of which
/// nothing is known, or an attribute that no layer here has, throws Error with a clause.
Layer layer_of_module(const Json& module, bool biased);

/// The drafts of a whole module: each with the layer that it is. Modules without tensors are drafts too.
std::vector<Draft> drafts_of_modules(const Json& modules, const io::WeightSet& weights);

}  // namespace ganvas::models
