#pragma once
// The first weights of a run that begins with another model's.

#include <string>
#include <vector>

#include "train/recipe/recipe.h"
#include "train/step/checkpoint.h"

namespace ganvas::train {

/// Fills the networks, and where the file is a checkpoint of the same networks the optimisers, with what the file that
/// recipe.start names has; the rest stays fresh. -> what was taken, a line for each run of parts.
std::vector<std::string> take_start(const Recipe& recipe, const CheckpointParts& parts);

}  // namespace ganvas::train
