#pragma once
// Data sets that come as one array of small pictures (MNIST, CIFAR), held in memory as they are.

#include <string>
#include <vector>

#include "data/dataset.h"

namespace ganvas::data {

struct PictureArray {
  std::int64_t count = 0;
  int width = 0, height = 0;           ///< pixels
  int channels = 1;                    ///< 1 or 3
  std::vector<std::uint8_t> pixels;    // [count, height, width, channels]
  int classes = 0;                     ///< 0: no labels
  std::vector<std::uint8_t> class_of;  // [count], each below `classes`; empty without labels
};

/// Labels are one-hot. Pictures are scaled when asked for.
class ArrayDataset final : public Dataset {
 public:
  /// Throws Error for a resolution or a number of channels that pictures cannot have.
  ArrayDataset(const DatasetOptions& options, PictureArray array);

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] std::int64_t size() const override { return array_.count; }
  [[nodiscard]] int resolution() const override { return resolution_; }
  [[nodiscard]] int width() const override { return width_; }
  [[nodiscard]] int channels() const override { return channels_; }
  [[nodiscard]] int label_size() const override { return array_.classes; }
  [[nodiscard]] Image picture(std::int64_t index) const override;
  [[nodiscard]] std::vector<float> label(std::int64_t index) const override;

 private:
  std::string name_;
  int resolution_;
  int width_;
  int channels_;
  PictureArray array_;
};

}  // namespace ganvas::data
