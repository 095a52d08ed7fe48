#pragma once
// Files of torch.save: the zip container (since 1.6) and the legacy stream before it. Only tensors, plain values and
// ordered dictionaries are read; nothing executes.

#include <filesystem>
#include <vector>

#include "io/pickle/pickle.h"
#include "io/reading.h"
#include "io/weight_set.h"

namespace ganvas::io {

/// True when the file begins like one of torch.save, zip or legacy.
bool looks_like_torch_file(const std::filesystem::path& path);

/// True for a zip file that holds a TorchScript program beside its tensors.
bool looks_like_torchscript(const std::filesystem::path& path);

/// Every dictionary of tensors in the file, named by the key it stands under; "model" when the file itself is one state
/// dict. Nested names are joined by dots. Metadata is what write_torch_state_dict kept beside the tensors; of a
/// TorchScript program its text and objects (torchscript_file.h). Throws Error with one sentence for anything broken or
/// hostile.
std::vector<std::pair<std::string, WeightSet>> read_torch_file(const std::filesystem::path& path,
                                                               Reading* reading = nullptr);

}  // namespace ganvas::io
