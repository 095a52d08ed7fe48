#pragma once
// One way into every model file: an ordered list of importers, each of which declines what is not its own.

#include <filesystem>
#include <string>
#include <vector>

#include "io/weight_set.h"

namespace ganvas {

struct NamedNetwork {
  std::string name;  ///< "G_ema", "G", "D" or "model"
  WeightSet weights;
};

struct ModelFile {
  std::string
      format;  ///< "safetensors", "torch zip", "torch legacy", "NVIDIA PyTorch snapshot", "NVIDIA TensorFlow snapshot"
  std::vector<NamedNetwork> networks;
};

/// Opens a model file; nothing in it is executed. Throws Error with one sentence when no importer knows the file or its
/// importer refuses it.
ModelFile open_model_file(const std::filesystem::path& path);

}  // namespace ganvas
