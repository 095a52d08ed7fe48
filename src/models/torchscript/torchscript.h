#pragma once
// Generators that are TorchScript programs. Opening one executes what is in the file, so this is the only importer that
// a person has to ask for (--allow-torchscript); what their text alone says is read by layered/script.

#include <filesystem>

#include "models/generator.h"

namespace ganvas::models {

/// A generator that calls the program's forward(z) or forward(z, c): z [N, z_dim] or [N, z_dim, 1, 1] -> pictures
/// [N, 1 or 3, S, S] in -1..1. The sizes are the program's attributes z_dim and c_dim where it has them; otherwise
/// those with which it runs. On the CPU, in eval mode; its family is "torchscript", which no recipe can train. Throws
/// Error when the file cannot be loaded or no call makes square pictures.
GeneratorPtr open_torchscript_generator(const std::filesystem::path& path);

}  // namespace ganvas::models
