// Colours as one affine map of the channels, and the gains of frequency bands as one filter.

#include <torch/nn/functional/conv.h>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "train/augment/augment_steps.h"

namespace ganvas::train {
namespace {

/// out[i] = sum over j of m[i][j] * in[j] + m[i][3].
struct ColorMap {
  std::array<std::array<double, 4>, 3> m{{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}};
  bool operator==(const ColorMap&) const = default;

  /// Then also the linear map with `same` on the diagonal and the two others beside it, cyclically.
  void follow(double same, double next, double previous) {
    const ColorMap before = *this;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 4; ++j)
        m[i][j] = same * before.m[i][j] + next * before.m[(i + 1) % 3][j] + previous * before.m[(i + 2) % 3][j];
    }
  }
};

ColorMap color_map(const AugmentValues& v) {
  ColorMap map;
  for (auto& row : map.m) row[3] = v.brightness;
  if (v.contrast != 1) map.follow(v.contrast, 0, 0);
  // The grey axis is (1, 1, 1) / sqrt(3): its projection has 1/3 everywhere.
  if (v.luma_flipped) map.follow(1 - 2.0 / 3, -2.0 / 3, -2.0 / 3);
  if (v.hue != 0) {
    const double c = std::cos(v.hue), s = std::sin(v.hue) / std::sqrt(3.0), along = (1 - c) / 3;
    map.follow(along + c, along - s, along + s);
  }
  if (v.saturation != 1) {
    const double beside = (1 - v.saturation) / 3;
    map.follow(v.saturation + beside, beside, beside);
  }
  return map;
}

/// a * b as polynomials.
std::vector<double> product(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> c(a.size() + b.size() - 1, 0.0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) c[i + j] += a[i] * b[j];
  }
  return c;
}

/// A zero between any two taps.
std::vector<double> spread(const std::vector<double>& a) {
  std::vector<double> b(2 * a.size() - 1, 0.0);
  for (std::size_t i = 0; i < a.size(); ++i) b[2 * i] = a[i];
  return b;
}

/// Continues by reflection; more than once where a margin is wider than the picture.
at::Tensor reflect(at::Tensor x, std::int64_t margin) {
  for (std::int64_t left = margin; left > 0;) {
    const std::int64_t step = std::min({left, x.size(2) - 1, x.size(3) - 1});
    x = at::reflection_pad2d(x, {step, step, step, step});
    left -= step;
  }
  return x;
}

/// filters [N, K], odd K: picture n is filtered along both axes by row n.
at::Tensor filter_each(const at::Tensor& pictures, const at::Tensor& filters) {
  const std::int64_t count = pictures.size(0), channels = pictures.size(1), taps = filters.size(1);
  const std::int64_t planes = count * channels;
  const at::Tensor weights = filters.repeat_interleave(channels, 0).view({planes, 1, 1, taps});
  at::Tensor x = reflect(pictures, taps / 2);
  x = x.reshape({1, planes, x.size(2), x.size(3)});
  const auto options = torch::nn::functional::Conv2dFuncOptions().groups(planes);
  x = torch::nn::functional::conv2d(x, weights, options);
  x = torch::nn::functional::conv2d(x, weights.transpose(2, 3), options);
  return x.view(pictures.sizes());
}

}  // namespace

at::Tensor augment_color(const at::Tensor& pictures, const std::vector<AugmentValues>& values) {
  const std::int64_t count = pictures.size(0), channels = pictures.size(1);
  std::vector<double> numbers;
  bool changes = false;
  for (const AugmentValues& picture : values) {
    const ColorMap map = color_map(picture);
    changes = changes || !(map == ColorMap{});
    for (const auto& row : map.m) numbers.insert(numbers.end(), row.begin(), row.end());
  }
  if (!changes) return pictures;
  require(channels == 1 || channels == 3, "Colours are augmented in pictures of 1 or 3 channels, not {}.", channels);
  at::Tensor maps = at::tensor(numbers, at::kDouble).view({count, 3, 4});
  if (channels == 1) {
    // A grey picture is one with three equal channels, of which the mean is kept.
    maps = maps.mean(1, true);
    const at::Tensor factor = maps.narrow(2, 0, 3).sum(2).view({count, 1, 1, 1}).to(pictures.options());
    return pictures * factor + maps.select(2, 3).view({count, 1, 1, 1}).to(pictures.options());
  }
  maps = maps.to(pictures.options());
  const at::Tensor flat = pictures.reshape({count, channels, -1});
  return at::baddbmm(maps.narrow(2, 3, 1), maps.narrow(2, 0, 3), flat).view(pictures.sizes());
}

at::Tensor band_filters() {
  const std::vector<double> symlet{-0.12940952255092145, 0.22414386804185735, 0.836516303737469, 0.48296291314469025};
  std::vector<double> mirrored(symlet.rbegin(), symlet.rend());
  std::vector<double> low = product(symlet, mirrored);  // its autocorrelation: no phase
  std::vector<double> high = low;
  for (std::size_t i = 0; i < low.size(); ++i) {
    low[i] /= 2;
    high[i] /= i % 2 == low.size() / 2 % 2 ? 2 : -2;
  }
  // The lowest band is halved three times: each time the bands so far live on every other sample behind a low-pass
  // filter, and what that filter takes away is a new band.
  std::vector<std::vector<double>> bands{{1.0}};
  for (int halving = 0; halving < 3; ++halving) {
    for (auto& band : bands) band = product(spread(band), low);
    std::vector<double> added(bands.front().size(), 0.0);
    std::copy(high.begin(), high.end(), added.begin() + static_cast<std::ptrdiff_t>((added.size() - high.size()) / 2));
    bands.push_back(added);
  }
  at::Tensor filters = at::empty({4, static_cast<std::int64_t>(bands.front().size())}, at::kDouble);
  for (std::size_t i = 0; i < bands.size(); ++i)
    filters[static_cast<std::int64_t>(i)].copy_(at::tensor(bands[i], at::kDouble));
  return filters;
}

at::Tensor augment_bands(const at::Tensor& pictures, const std::vector<AugmentValues>& values) {
  static const at::Tensor filters = band_filters();
  std::vector<std::int64_t> rows;
  std::vector<double> gains;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& band_gains = values[i].band_gains;
    if (std::all_of(band_gains.begin(), band_gains.end(), [](double gain) { return gain == 1; })) continue;
    rows.push_back(static_cast<std::int64_t>(i));
    gains.insert(gains.end(), band_gains.begin(), band_gains.end());
  }
  if (rows.empty()) return pictures;
  const at::Tensor mixed = at::matmul(at::tensor(gains, at::kDouble).view({-1, 4}), filters).to(pictures.options());
  return change_rows(pictures, rows, [&](const at::Tensor& filtered) { return filter_each(filtered, mixed); });
}

}  // namespace ganvas::train
