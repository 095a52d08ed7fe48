#pragma once
// What a data set is, so that statistics of it can be kept and found again.

#include <string>

#include "core/json.h"
#include "data/dataset.h"

namespace ganvas::metrics {

/// SHA-256 of what lies at a path: of a file its bytes, of a folder the names and bytes of the files in it, hidden ones
/// left out, in an order of their own. Reads everything, on several threads. `watch` as in open_dataset(). Throws
/// Error, OpeningCancelled.
std::string content_hash(const std::string& path, const data::DatasetWatch& watch = {});

/// All that decides the pictures of an open data set: its content ("sha256"), size in pixels, channels, mirroring. Of
/// the built-in faces the content is that of the first 64 pictures, their seed and their number.
Json data_identity(const data::DatasetOptions& options, const data::Dataset& dataset,
                   const data::DatasetWatch& watch = {});

}  // namespace ganvas::metrics
