#pragma once
// A folder of pictures as a data set.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace ganvas {

struct FolderLimits {
  std::size_t memory = 2'000'000'000;  ///< bytes of scaled pictures that are kept; the rest is decoded when asked for
  int threads = 0;                     ///< that check the files; 0: one for each core
};

/// Every PNG, JPEG, WebP and GIF file below a folder, by path; hidden files and folders are skipped. Each is decoded
/// once when the folder is opened, so that every picture that counts can be used; the others are in rejected().
class FolderDataset final : public Dataset {
 public:
  /// Throws Error when options.source is no folder or holds no usable picture.
  explicit FolderDataset(const DatasetOptions& options, const FolderLimits& limits = {});

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(entries_.size()); }
  [[nodiscard]] int resolution() const override { return resolution_; }
  [[nodiscard]] int channels() const override { return channels_; }
  /// Throws Error when the file has to be decoded again and has gone or changed for the worse.
  [[nodiscard]] Image picture(std::int64_t index) const override;
  [[nodiscard]] const std::vector<RejectedFile>& rejected() const override { return rejected_; }

  /// The file of picture `index`.
  [[nodiscard]] const std::filesystem::path& path(std::int64_t index) const;
  /// How many pictures are kept in memory.
  [[nodiscard]] std::int64_t kept() const;

 private:
  struct Entry {
    std::filesystem::path path;
    Image picture;  ///< empty: decoded when asked for
  };
  void open_files(std::vector<std::filesystem::path> paths, const FolderLimits& limits);
  [[nodiscard]] Image load(const std::filesystem::path& path) const;
  [[nodiscard]] const Entry& entry(std::int64_t index) const;

  std::string name_;
  int resolution_;
  int channels_;
  std::vector<Entry> entries_;
  std::vector<RejectedFile> rejected_;
};

}  // namespace ganvas
