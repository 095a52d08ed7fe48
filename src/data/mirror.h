#pragma once
// A data set and its mirror image, as --mirror of NVIDIA's programs makes it.

#include <memory>

#include "data/dataset.h"

namespace ganvas::data {

/// The picture with left and right exchanged. Any thread.
Image mirrored(const Image& image);

/// Twice the pictures of another set: index i >= n is its picture i - n, mirrored, with the same label.
class MirroredDataset final : public Dataset {
 public:
  explicit MirroredDataset(std::shared_ptr<const Dataset> plain);

  [[nodiscard]] std::string name() const override { return plain_->name(); }
  [[nodiscard]] std::int64_t size() const override { return 2 * plain_->size(); }
  [[nodiscard]] int resolution() const override { return plain_->resolution(); }
  [[nodiscard]] int width() const override { return plain_->width(); }
  [[nodiscard]] int channels() const override { return plain_->channels(); }
  [[nodiscard]] int label_size() const override { return plain_->label_size(); }
  [[nodiscard]] Image picture(std::int64_t index) const override;
  [[nodiscard]] std::vector<float> label(std::int64_t index) const override;
  [[nodiscard]] const std::vector<RejectedFile>& rejected() const override { return plain_->rejected(); }
  [[nodiscard]] std::vector<RejectedFile> lost() const override { return plain_->lost(); }

 private:
  std::shared_ptr<const Dataset> plain_;
};

}  // namespace ganvas::data
