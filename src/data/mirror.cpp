#include "data/mirror.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace ganvas::data {

Image mirrored(const Image& image) {
  Image result(image.width, image.height, image.channels);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      std::copy_n(image.at(image.width - 1 - x, y), image.channels, result.at(x, y));
    }
  }
  return result;
}

MirroredDataset::MirroredDataset(std::shared_ptr<const Dataset> plain) : plain_(std::move(plain)) {}

Image MirroredDataset::picture(std::int64_t index) const {
  const std::int64_t count = plain_->size();
  require(index >= 0 && index < 2 * count, "The mirrored set {} has no picture {}; choose one from 0 to {}.", name(),
          index, 2 * count - 1);
  return index < count ? plain_->picture(index) : mirrored(plain_->picture(index - count));
}

std::vector<float> MirroredDataset::label(std::int64_t index) const {
  return plain_->label(index % plain_->size());
}

}  // namespace ganvas::data
