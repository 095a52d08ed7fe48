#include "data/formats/arrays.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "data/resize.h"

namespace ganvas::data {

ArrayDataset::ArrayDataset(const DatasetOptions& options, PictureArray array)
    : name_(options.source),
      resolution_(options.resolution),
      width_(options.full_width()),
      channels_(options.channels),
      array_(std::move(array)) {
  check_picture_form(width_, resolution_, channels_);
}

Image ArrayDataset::picture(std::int64_t index) const {
  require(index >= 0 && index < size(), "{} has no picture {}; choose one from 0 to {}.", name_, index, size() - 1);
  Image image(array_.width, array_.height, array_.channels);
  const auto first = static_cast<std::ptrdiff_t>(index) * static_cast<std::ptrdiff_t>(image.pixels.size());
  std::copy_n(array_.pixels.begin() + first, image.pixels.size(), image.pixels.begin());
  return with_channels(part_of(image, width_, resolution_), channels_);
}

std::vector<float> ArrayDataset::label(std::int64_t index) const {
  require(index >= 0 && index < size(), "{} has no picture {}; choose one from 0 to {}.", name_, index, size() - 1);
  std::vector<float> values(static_cast<std::size_t>(array_.classes));
  if (!values.empty()) values[array_.class_of[static_cast<std::size_t>(index)]] = 1;
  return values;
}

}  // namespace ganvas::data
