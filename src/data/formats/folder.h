#pragma once
// A folder of pictures as a data set.

#include <filesystem>

#include "data/pictures.h"

namespace ganvas::data {

/// Every PNG, JPEG, WebP and GIF file below a folder, by path, whatever its extension; hidden files and folders are
/// skipped. Labels come from dataset.json in the folder, or from its sub-folders.
class FolderDataset final : public PictureDataset {
 public:
  /// Throws Error when options.source is no folder or holds no usable picture.
  explicit FolderDataset(const DatasetOptions& options, const PictureLimits& limits = {},
                         const DatasetWatch& watch = {});

  /// The file of picture `index`.
  [[nodiscard]] std::filesystem::path path(std::int64_t index) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace ganvas::data
