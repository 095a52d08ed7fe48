#pragma once
// Models of Keras: the configuration of their layers as JSON, and arrays by name. HDF5 (.h5, Keras 1 and 2) and the zip
// of Keras 3 (.keras). Nothing executes: links to other files, plugins of HDF5 and Python code in a configuration
// (Lambda layers) stay what they are.

#include <filesystem>

#include "io/reading.h"
#include "io/weight_set.h"

namespace ganvas::io {

/// True for HDF5 files, and for zip files that hold a configuration and weights of Keras.
bool looks_like_keras_file(const std::filesystem::path& path);

/// The arrays as Keras keeps them, channels last: "LAYER/kernel" (.h5) or "CONTAINER/0" (.keras, in the layer's order).
/// Metadata: "keras.config", the configuration as JSON. Throws Error with one sentence.
WeightSet read_keras_file(const std::filesystem::path& path, Reading* reading = nullptr);

}  // namespace ganvas::io
