#pragma once
// One way into every model file: an ordered list of importers, each of which declines what is not its own.

#include <filesystem>
#include <string>
#include <vector>

#include "io/reading.h"
#include "io/weight_set.h"

namespace ganvas::io {

struct NamedNetwork {
  std::string name;  ///< "G_ema", "G", "D", "model", or the key that the file has it under
  WeightSet weights;
};

struct ModelFile {
  /// "safetensors", "training checkpoint", "torch zip", "torch legacy", "TorchScript", "Keras HDF5", "Keras zip",
  /// "ONNX", "NVIDIA PyTorch snapshot" or "NVIDIA TensorFlow snapshot".
  std::string format;
  std::vector<NamedNetwork> networks;  ///< at least one; what people want to see first
};

/// Opens a model file, or the model of a run folder; nothing in it is executed. `reading`, where given, shows progress
/// and may stop it. Throws Error with one sentence when no importer knows the file or its importer refuses it, and
/// Cancelled.
ModelFile open_model_file(const std::filesystem::path& path, Reading* reading = nullptr);

/// The model of a run folder: its model.safetensors, before the end of the run its newest checkpoint; empty when the
/// folder is no run.
std::filesystem::path model_in_folder(const std::filesystem::path& folder);

}  // namespace ganvas::io
