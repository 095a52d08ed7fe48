#pragma once
// Writes what Python's torch.load(weights_only=True) opens.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "io/weight_set.h"

namespace ganvas::io {

/// Where a file of write_torch_state_dict keeps metadata: a JSON object of texts.
inline constexpr const char* torch_metadata_entry = "ganvas.json";

/// Writes the tensors as a state dict (an OrderedDict of contiguous CPU tensors) in the zip format of torch.save,
/// atomically. Metadata is not part of that format: it lies in an entry of its own beside the tensors, which other
/// programs pass over. Throws Error.
void write_torch_state_dict(const std::filesystem::path& path, const WeightSet& weights);

/// The same for several networks by their names, as training programs write checkpoints: {"g_ema": {...}, "d": {...}}.
/// Their metadata is left out.
void write_torch_state_dicts(const std::filesystem::path& path,
                             const std::vector<std::pair<std::string, WeightSet>>& networks);

}  // namespace ganvas::io
