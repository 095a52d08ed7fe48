#pragma once
// A zip archive of pictures as a data set, as NVIDIA's dataset_tool.py writes it (stored PNGs and dataset.json) or as
// any other program does.

#include <memory>
#include <string_view>

#include "data/pictures.h"

namespace ganvas::data {

/// Whether the first bytes of a file are those of a zip archive.
bool is_zip(std::string_view first_bytes);

/// Every PNG, JPEG, WebP and GIF entry, stored or deflated, by path; nothing is ever unpacked to disk. Entries that are
/// encrypted, claim more than deflate can hold or whose names lead out of the archive are rejected. Labels come from
/// dataset.json in the outermost folder that has one, or from sub-folders. Throws Error: no zip archive, entries that
/// overlap, no usable picture.
std::shared_ptr<const PictureDataset> open_zip_dataset(const DatasetOptions& options, const PictureLimits& limits = {},
                                                       const DatasetWatch& watch = {});

}  // namespace ganvas::data
