#pragma once
// Generators as TorchScript programs.

#include <filesystem>

#include "models/generator.h"

namespace ganvas::models {

/// Writes what torch.jit.load() opens: forward(z [, c], psi) -> picture, map(z [, c], psi) -> w and synthesize(w) ->
/// picture, for batches of `batch`, as TracedGenerator says. Whole or not at all. Throws Error.
void write_torchscript(const std::filesystem::path& path, Generator& generator, std::int64_t batch = 1);

}  // namespace ganvas::models
