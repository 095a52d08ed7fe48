#pragma once
// The way from a path to a generator that is ready.

#include <filesystem>
#include <string>
#include <vector>

#include "app/open/model_view.h"
#include "io/reading.h"
#include "models/generator.h"

namespace ganvas::app {

/// How open_model() opens.
struct OpenModelOptions {
  std::string network;             ///< name in the file; empty: the moving average where there is one
  std::vector<std::string> set;    ///< values that the file does not say (models::set_values)
  bool keep = false;               ///< `set` is kept beside the file (models/kept_choices.h)
  io::Reading* reading = nullptr;  ///< shows progress and may cancel
  at::Device device = at::kCPU;    ///< where the generator goes
  bool allow_torchscript = false;  ///< execute a TorchScript program whose text cannot be read
};

/// A generator out of a model file, ready to make pictures.
struct OpenedModel {
  std::filesystem::path path;          ///< of the file, also when a run folder was asked for
  std::string name;                    ///< for people: the file's name, or that of its run
  std::string format;                  ///< as ModelFile::format, or "TorchScript"
  std::vector<NetworkEntry> networks;  ///< that a known family fits, in the file's order
  std::string network;                 ///< name of the chosen one
  std::vector<std::string> remarks;    ///< sentences for the person about what is odd
  models::GeneratorPtr generator;      ///< on the device, in eval mode; on the CPU its weights are the file's tensors
};

/// Opens a model file, or the model of a run folder. An empty path is the built-in starter model. Any thread. Throws
/// Error, naming the choices for a network that is not there or makes no pictures, and Cancelled.
OpenedModel open_model(const std::string& path, const OpenModelOptions& options = {});

}  // namespace ganvas::app
