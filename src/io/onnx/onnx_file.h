#pragma once
// ONNX files (onnx.ai): a graph of operators and its tensors. Data alone, nothing runs; tensors in other files stay
// there.

#include <filesystem>

#include "io/reading.h"
#include "io/weight_set.h"

namespace ganvas::io {

bool looks_like_onnx_file(const std::filesystem::path& path);

/// The tensors of the graph, those of its constants too, by the names of the values that they are. Metadata:
/// "onnx.graph": {"inputs": [{"name", "type", "shape"}], "outputs": [name], "nodes": [{"op", "name", "inputs",
/// "outputs", "attributes"}]}; a size that is left open is 0. Throws Error with one sentence.
WeightSet read_onnx_file(const std::filesystem::path& path, Reading* reading = nullptr);

}  // namespace ganvas::io
