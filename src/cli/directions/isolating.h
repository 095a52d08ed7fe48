#pragma once
// Directions that change one factor of a model's pictures and hold the others. Command line.

#include <string>
#include <vector>

#include "cli/directions/judge.h"

namespace ganvas::cli {

/// Ways to the values of factors that hold those of all others, [num_ws * w_dim]: first as straight lines through
/// pictures of styles mixed by row tell, then corrected, a few times, by what they are seen to change over the styles w
/// [N, w_dim]. Of each factor the purest, none of a factor that no way changes most.
std::vector<Named> isolating_directions(models::Generator& generator, const std::vector<LabelName>& names,
                                        const Reading& reading, const Judge& judge, const at::Tensor& w);

}  // namespace ganvas::cli
