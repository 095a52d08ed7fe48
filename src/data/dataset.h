#pragma once
// Data sets: a numbered list of pictures. Drawn or decoded on loader threads.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/image.h"

namespace ganvas {

/// A picture file that cannot be used, and why.
struct RejectedFile {
  std::string path;
  std::string reason;
};

/// Thread-safe after construction.
class Dataset {
 public:
  virtual ~Dataset() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::int64_t size() const = 0;  ///< pictures
  [[nodiscard]] virtual int resolution() const = 0;     ///< pixels, square
  [[nodiscard]] virtual int channels() const = 0;       ///< 1 or 3
  [[nodiscard]] virtual int label_size() const { return 0; }
  /// Picture `index` as [resolution, resolution, channels] bytes. The same index always gives the same bytes.
  [[nodiscard]] virtual Image picture(std::int64_t index) const = 0;
  /// Label vector of picture `index`, label_size() values.
  [[nodiscard]] virtual std::vector<float> label(std::int64_t) const { return {}; }
  /// Files that were found and cannot be used.
  [[nodiscard]] virtual const std::vector<RejectedFile>& rejected() const;
};

/// How `--data` and the Train tab name a data set.
struct DatasetOptions {
  std::string source = "faces";  ///< "faces" (built in) or a path
  int resolution = 64;           ///< pixels; pictures are scaled and centre-cropped to it
  int channels = 3;
  std::uint64_t seed = 1;      ///< of the built-in faces
  std::int64_t count = 50000;  ///< of the built-in faces
};

/// Opens a data set. Throws Error: missing folder, no usable picture (naming the first reasons).
std::shared_ptr<const Dataset> open_dataset(const DatasetOptions& options);

}  // namespace ganvas
