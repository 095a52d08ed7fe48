#include "data/faces.h"

#include <algorithm>

#include "core/error.h"
#include "data/faces/draw.h"
#include "data/resize.h"

namespace ganvas::data {
namespace {

constexpr std::size_t memory_limit = std::size_t{256} << 20;

void check_face_size(int size) {
  require(size >= 16 && size <= 1024,
          "The built-in faces cannot be drawn at {0} x {0} pixels; choose a size from 16 to 1024.", size);
}

/// Refuses a bad size before anything starts.
std::size_t bytes_of_picture(const DatasetOptions& options) {
  require(options.count >= 1, "The built-in faces need at least one picture, but the count is {}; choose a larger one.",
          options.count);
  const int width = options.full_width();
  check_picture_form(width, options.resolution, options.channels);
  check_face_size(std::max(width, options.resolution));
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(options.resolution * options.channels);
}

}  // namespace

Image draw_face(const FaceFactors& factors, int size, int channels) {
  check_face_size(size);
  require(channels == 1 || channels == 3, "The built-in faces cannot have {} channels; choose 1 (grey) or 3 (colour).",
          channels);
  using namespace faces;
  const Face face(factors);
  Pen pen(size);
  const auto leaning = [&](auto&& draw) {
    pen.scoped([&] {
      pen.translate({0, 206});
      pen.rotate(face.lean);
      pen.translate({0, -206});
      draw();
    });
  };
  draw_background(pen, face);
  leaning([&] { draw_back_hair(pen, face); });
  draw_neck(pen, face);
  draw_outfit(pen, face);
  leaning([&] {
    draw_head(pen, face);
    draw_eyes(pen, face);
    draw_rear_accessory(pen, face);
    draw_front_hair(pen, face);
    draw_brows(pen, face);
    draw_front_accessory(pen, face);
  });
  return pen.image(channels);
}

FacesDataset::FacesDataset(const DatasetOptions& options)
    : seed_(options.seed),
      count_(options.count),
      resolution_(options.resolution),
      width_(options.full_width()),
      channels_(options.channels),
      drawn_(bytes_of_picture(options), options.count, memory_limit) {}

FaceFactors FacesDataset::factors(std::int64_t index) const {
  require(index >= 0 && index < count_, "The built-in faces have no picture {}; choose one from 0 to {}.", index,
          count_ - 1);
  return sample_face(seed_, static_cast<std::uint64_t>(index));
}

/// Of other shapes: the part in the middle of a square.
Image FacesDataset::drawn(const FaceFactors& factors) const {
  const Image face = draw_face(factors, std::max(width_, resolution_), channels_ <= 2 ? 1 : 3);
  return with_channels(width_ == resolution_ ? face : part_of(face, width_, resolution_), channels_);
}

Image FacesDataset::picture(std::int64_t index) const {
  const FaceFactors face = factors(index);
  Image picture(width_, resolution_, channels_);
  if (drawn_.recall(index, picture)) return picture;
  picture = drawn(face);
  drawn_.keep(index, picture);
  return picture;
}

std::vector<float> FacesDataset::label(std::int64_t index) const {
  return face_label(factors(index));
}

}  // namespace ganvas::data
