#pragma once
// The tensors that a network has in common with those of another model.

#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "io/weight_set.h"
#include "models/generator.h"

namespace ganvas::train {

/// What became of the tensors of one part of a network.
struct TakenPart {
  std::string part;  ///< "synthesis.b64"
  int taken = 0;     ///< as they are in the file
  int fitted = 0;    ///< the file's, for other colour channels or labels
  int fresh = 0;     ///< not in the file, or of other sizes
};

/// Copies into `network` the tensors that `weights` has under its names. Of one size they stay bit-equal. Of others:
///   - a generator's last layer and a discriminator's first, between grey and colour: every channel shows and sees what
///     the one did, or the mean of the three;
///   - the first layer of the mapping, with labels or without: z counts as before, labels nothing at first;
///   - all else stays as fresh as it was.
/// `spec` and `role`: of the network. -> one entry a part, in the network's order.
std::vector<TakenPart> take_over(torch::nn::Module& network, const models::NetworkSpec& spec, models::Role role,
                                 const io::WeightSet& weights);

/// "G: mapping, synthesis.b4 to synthesis.b64: taken from the file", a line for each run of parts with one fate.
std::vector<std::string> lines_of(const std::string& network, const std::vector<TakenPart>& parts);

}  // namespace ganvas::train
