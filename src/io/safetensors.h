#pragma once
// safetensors: an 8-byte little-endian header length, a JSON header, then the tensors' bytes. The model format of
// ganvas is safetensors with the NetworkSpec in its metadata (docs/formats.md).

#include <filesystem>

#include "io/reading.h"
#include "io/weight_set.h"

namespace ganvas::io {

/// Reads a file. Refuses (throws Error, one sentence) overlapping, out-of-range, hole-leaving, mis-shaped, duplicated
/// or oversized entries before it allocates. WeightSet::metadata holds "__metadata__", whose values that are JSON texts
/// stay strings. `reading`, where given, is told of each tensor.
WeightSet read_safetensors(const std::filesystem::path& path, Reading* reading = nullptr);

/// Writes a file atomically: tensors in order, metadata values as strings (non-strings are dumped as JSON). Throws
/// Error.
void write_safetensors(const std::filesystem::path& path, const WeightSet& weights);

}  // namespace ganvas::io
