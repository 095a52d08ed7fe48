#include "latent/search/picture_features.h"

#include <cmath>
#include <vector>

namespace ganvas::latent {
namespace {

constexpr std::int64_t smallest = 4;  // pixels of the last scale
constexpr double edges = 0.5;         // of the differences, beside the values

/// One row a picture, scaled so that the squared distance is the mean one.
at::Tensor row_of(const at::Tensor& x, double weight) {
  const at::Tensor row = x.flatten(1);
  return row * (weight / std::sqrt(static_cast<double>(row.size(1))));
}

}  // namespace

at::Tensor halved(const at::Tensor& pictures) {
  const std::int64_t channels = pictures.size(1);
  const at::Tensor taps = at::tensor({1.0, 4.0, 6.0, 4.0, 1.0}).to(pictures.options()) / 16;
  const at::Tensor kernel = at::outer(taps, taps).expand({channels, 1, 5, 5});
  const at::Tensor padded = at::reflection_pad2d(pictures, {2, 2, 2, 2});
  return at::conv2d(padded, kernel, at::Tensor(), {2, 2}, at::IntArrayRef({0, 0}), {1, 1}, channels);
}

PictureFeatures pyramid_features() {
  const auto of = [](const at::Tensor& pictures) {
    std::vector<at::Tensor> rows;
    at::Tensor x = pictures;
    while (x.size(2) % 2 == 0 && x.size(3) % 2 == 0 && x.size(2) >= 2 * smallest && x.size(3) >= 2 * smallest) {
      const at::Tensor half = halved(x);
      const at::Tensor band = x - at::upsample_bilinear2d(half, {x.size(2), x.size(3)}, /*align_corners=*/false);
      rows.push_back(row_of(band, 1));
      rows.push_back(row_of(band.diff(1, 2), edges));
      rows.push_back(row_of(band.diff(1, 3), edges));
      x = half;
    }
    rows.push_back(row_of(x, 1));
    return at::cat(rows, 1);
  };
  return {"the built-in multi-scale features", of};
}

}  // namespace ganvas::latent
