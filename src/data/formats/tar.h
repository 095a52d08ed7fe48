#pragma once
// A tar archive of pictures as a data set, packed by gzip, bzip2, xz, zstd or not at all.

#include <filesystem>
#include <memory>

#include "data/pictures.h"

namespace ganvas::data {

/// Whether the file is a tar archive, packed or not, by its name or its content.
bool is_tar(const std::filesystem::path& path);

/// Every PNG, JPEG, WebP and GIF file in it, by path. A tar can only be read from its begin to its end: its pictures
/// are copied to a file without a name in the folder for temporary files, which goes with the data set. Labels as in a
/// zip archive. Throws Error: no tar archive, damaged, more than a packed file of its size may hold, no room, no usable
/// picture; OpeningCancelled.
std::shared_ptr<const PictureDataset> open_tar_dataset(const DatasetOptions& options, const PictureLimits& limits = {},
                                                       const DatasetWatch& watch = {});

}  // namespace ganvas::data
