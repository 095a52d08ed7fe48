#pragma once
// Writes what Python's torch.load(weights_only=True) opens.

#include <filesystem>

#include "io/weight_set.h"

namespace ganvas {

/// Writes the tensors as a state dict (an OrderedDict of contiguous CPU tensors) in the zip format of torch.save,
/// atomically. Metadata is not part of that format. Throws Error.
void write_torch_state_dict(const std::filesystem::path& path, const WeightSet& weights);

}  // namespace ganvas
