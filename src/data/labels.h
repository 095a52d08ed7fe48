#pragma once
// The labels of a list of pictures: of NVIDIA's dataset.json, or the sub-folders in which the pictures lie.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ganvas::data {

/// Thread-safe after construction.
class PictureLabels {
 public:
  PictureLabels() = default;  ///< none

  /// The labels in the text of a dataset.json: {"labels": [[name, class], ...]}, [[name, [value, ...]], ...] or
  /// {name: class, ...}, or such a list alone; without "labels", or with null, there are none. Names are those of `names`, with '/' or a
  /// backslash between their parts; where none is, longer paths and other extensions will do. Classes are numbers, also
  /// as 1.0 or "1", or all of them names, which are numbered in their order; they become one-hot vectors of the largest
  /// class + 1. `what` names the file. Throws Error: no JSON, labels of different kinds.
  static PictureLabels of_json(std::string_view text, const std::vector<std::string>& names, const std::string& what);

  /// The sub-folder of each picture, below the folder that all have in common; classes are numbered in the order of
  /// the sub-folders' names. None when there is but one folder, or a picture lies outside all sub-folders.
  static PictureLabels of_folders(const std::vector<std::string>& names);

  /// Values of each label; 0: there are no labels.
  [[nodiscard]] int size() const { return size_; }
  /// Whether picture i has a label; meaningless when size() is 0.
  [[nodiscard]] bool has(std::size_t i) const { return values_.empty() ? classes_[i] >= 0 : !values_[i].empty(); }
  /// size() values; has(i) must hold.
  [[nodiscard]] std::vector<float> label(std::size_t i) const;

 private:
  int size_ = 0;
  std::vector<std::int32_t> classes_;       // [pictures], -1 without label; or:
  std::vector<std::vector<float>> values_;  // [pictures], empty without label
};

}  // namespace ganvas::data
