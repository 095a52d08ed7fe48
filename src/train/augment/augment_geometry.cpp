// All movements of a picture as one resampling. The picture is continued by reflection, enlarged twice by a wavelet's
// low-pass filter, sampled at the moved positions, and reduced by the transposed filter. Where nothing moves the filter
// and its transpose cancel exactly.

#include <torch/csrc/autograd/custom_function.h>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "ops/upfirdn2d/upfirdn2d.h"
#include "ops/warp2d/warp2d.h"
#include "train/augment/augment_steps.h"

namespace ganvas::train {
namespace {

/// Rows 1 and 2 of an affine map of the plane; positions in pixels, x to the right, y down.
struct Affine {
  std::array<double, 3> x{1, 0, 0};
  std::array<double, 3> y{0, 1, 0};
  bool operator==(const Affine&) const = default;

  /// First `inner`, then this.
  Affine operator*(const Affine& inner) const {
    const auto row = [&](const std::array<double, 3>& r) {
      return std::array{r[0] * inner.x[0] + r[1] * inner.y[0], r[0] * inner.x[1] + r[1] * inner.y[1],
                        r[0] * inner.x[2] + r[1] * inner.y[2] + r[2]};
    };
    return {row(x), row(y)};
  }
};

Affine shift(double x, double y) {
  return {{1, 0, x}, {0, 1, y}};
}

Affine stretch(double x, double y) {
  return {{x, 0, 0}, {0, y, 0}};
}

/// Clockwise as seen, for y points down.
Affine turn(double cosine, double sine) {
  return {{cosine, -sine, 0}, {sine, cosine, 0}};
}

/// Where the content of each position of the moved picture comes from, both measured from the picture's centre: the
/// inverses of all movements, the first one's outermost.
Affine source_of(const AugmentValues& v, double width, double height) {
  constexpr std::array<double, 4> cosines{1, 0, -1, 0};
  const auto quarters = static_cast<std::size_t>(v.quarter_turns);
  Affine map;
  if (v.mirrored) map = map * stretch(-1, 1);
  if (quarters != 0) map = map * turn(cosines[quarters], cosines[(quarters + 3) % 4]);
  map = map * shift(-std::nearbyint(v.shift_x * width), -std::nearbyint(v.shift_y * height));
  map = map * stretch(1 / v.scale, 1 / v.scale);
  if (v.first_turn != 0) map = map * turn(std::cos(v.first_turn), std::sin(v.first_turn));
  map = map * stretch(1 / v.stretch, v.stretch);
  if (v.second_turn != 0) map = map * turn(std::cos(v.second_turn), std::sin(v.second_turn));
  return map * shift(-v.fraction_x * width, -v.fraction_y * height);
}

/// Pixels that the filters look at beyond a position: half of 12 taps at half a pixel each.
constexpr int reach = 3;

/// Pixels added on each side of the picture.
struct Margins {
  std::int64_t left = 0, right = 0, top = 0, bottom = 0;
};

/// As much as the moved pictures see, at most what one reflection gives.
Margins margins_for(const std::vector<Affine>& maps, std::int64_t width, std::int64_t height) {
  const double half_width = static_cast<double>(width) / 2, half_height = static_cast<double>(height) / 2;
  double left = 0, right = 0, top = 0, bottom = 0;
  for (const Affine& map : maps) {
    const auto extent = [&](const std::array<double, 3>& row) {
      return std::abs(row[0]) * (half_width + reach) + std::abs(row[1]) * (half_height + reach);
    };
    left = std::max(left, extent(map.x) - map.x[2] - half_width);
    right = std::max(right, extent(map.x) + map.x[2] - half_width);
    top = std::max(top, extent(map.y) - map.y[2] - half_height);
    bottom = std::max(bottom, extent(map.y) + map.y[2] - half_height);
  }
  const auto whole = [](double seen, std::int64_t size) {
    // One pixel more for the neighbour that the interpolation needs.
    return static_cast<std::int64_t>(std::ceil(std::min(seen + reach + 1, static_cast<double>(size - 1))));
  };
  return {whole(left, width), whole(right, width), whole(top, height), whole(bottom, height)};
}

// LibTorch's grid sampler has no second derivative. Sampling at fixed positions is linear, so its derivative is the
// transposed map, whose derivative is sampling again.
at::Tensor sample(const at::Tensor& pictures, const at::Tensor& grid);
at::Tensor sample_transposed(const at::Tensor& samples, const at::Tensor& grid, at::IntArrayRef sizes);

constexpr std::int64_t bilinear = 0, zeros_outside = 0;

struct Sample : torch::autograd::Function<Sample> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& pictures,
                            const at::Tensor& grid) {
    context->saved_data["grid"] = grid;
    context->saved_data["sizes"] = pictures.sizes().vec();
    return at::grid_sampler_2d(pictures, grid, bilinear, zeros_outside, /*align_corners=*/false);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    auto& saved = context->saved_data;
    return {sample_transposed(gradients[0], saved["grid"].toTensor(), saved["sizes"].toIntVector()), {}};
  }
};

struct SampleTransposed : torch::autograd::Function<SampleTransposed> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& samples,
                            const at::Tensor& grid, const std::vector<std::int64_t>& sizes) {
    context->saved_data["grid"] = grid;
    if (samples.is_cuda() && at::globalContext().deterministicAlgorithms())
      return transposed_sampling_in_order(samples, grid, sizes);
    // Only the shape of the input counts for the gradient in the input.
    const at::Tensor shape = at::zeros({1, 1, 1, 1}, samples.options()).expand(sizes);
    return std::get<0>(at::grid_sampler_2d_backward(samples.contiguous(), shape, grid, bilinear, zeros_outside,
                                                    /*align_corners=*/false, {true, false}));
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    return {sample(gradients[0], context->saved_data["grid"].toTensor()), {}, {}};
  }
};

at::Tensor sample(const at::Tensor& pictures, const at::Tensor& grid) {
  return Sample::apply(pictures, grid);
}

at::Tensor sample_transposed(const at::Tensor& samples, const at::Tensor& grid, at::IntArrayRef sizes) {
  return SampleTransposed::apply(samples, grid, sizes.vec());
}

// The filter's weight lies about half a tap before its middle, so the enlarged picture sits a quarter of a pixel up and
// to the left; the movements turn about its true centre.
constexpr double lag = 0.25;

/// The maps in the units of the grid sampler, -1..1 from edge to edge of what is sampled and of what comes out.
at::Tensor grid_of(const std::vector<Affine>& maps, const Margins& margins, const at::Tensor& pictures) {
  const std::int64_t width = pictures.size(3), height = pictures.size(2);
  const double in_width = static_cast<double>(width + margins.left + margins.right);
  const double in_height = static_cast<double>(height + margins.top + margins.bottom);
  const Affine from_units =
      stretch(static_cast<double>(width + 2 * reach) / 2.0, static_cast<double>(height + 2 * reach) / 2.0);
  const Affine to_units =
      stretch(2 / in_width, 2 / in_height) * shift(static_cast<double>(margins.left - margins.right) / 2.0,
                                                   static_cast<double>(margins.top - margins.bottom) / 2.0);
  std::vector<double> theta;
  for (const Affine& map : maps) {
    const Affine whole = to_units * shift(-lag, -lag) * map * shift(lag, lag) * from_units;
    theta.insert(theta.end(), whole.x.begin(), whole.x.end());
    theta.insert(theta.end(), whole.y.begin(), whole.y.end());
  }
  const auto count = static_cast<std::int64_t>(maps.size());
  const at::Tensor maps_tensor = at::tensor(theta, at::kDouble).view({count, 2, 3}).to(pictures.options());
  return at::affine_grid_generator(maps_tensor, {count, 1, 2 * (height + 2 * reach), 2 * (width + 2 * reach)},
                                   /*align_corners=*/false);
}

/// On a GPU: an operator for each of the four steps.
at::Tensor resample(const at::Tensor& pictures, const std::vector<Affine>& maps) {
  static const at::Tensor filter = geometry_filter();
  const Margins margins = margins_for(maps, pictures.size(3), pictures.size(2));
  at::Tensor x = at::reflection_pad2d(pictures, {margins.left, margins.right, margins.top, margins.bottom});
  x = ops::upsample2d(x, filter);
  x = sample(x, grid_of(maps, margins, pictures));
  return ops::downsample2d(x, filter,
                           {.padding = {-2 * reach, -2 * reach, -2 * reach, -2 * reach}, .flip_filter = true});
}

/// On the CPU: all in one.
at::Tensor warp(const at::Tensor& pictures, const std::vector<Affine>& maps) {
  static const at::Tensor filter = geometry_filter();
  at::Tensor numbers = at::empty({pictures.size(0), 2, 3}, at::kDouble);
  double* to = numbers.mutable_data_ptr<double>();
  for (const Affine& map : maps) {
    const Affine whole = shift(-lag, -lag) * map * shift(lag, lag);
    to = std::copy(whole.x.begin(), whole.x.end(), to);
    to = std::copy(whole.y.begin(), whole.y.end(), to);
  }
  return ops::warp2d(pictures, numbers, filter);
}

}  // namespace

at::Tensor transposed_sampling_in_order(const at::Tensor& samples, const at::Tensor& grid, at::IntArrayRef sizes) {
  const std::int64_t count = sizes[0], channels = sizes[1], height = sizes[2], width = sizes[3];
  const at::Tensor x = ((grid.select(3, 0) + 1) * static_cast<double>(width) - 1) / 2;
  const at::Tensor y = ((grid.select(3, 1) + 1) * static_cast<double>(height) - 1) / 2;
  const at::Tensor left = x.floor(), top = y.floor();
  const at::Tensor plane =
      at::arange(count, grid.options().dtype(at::kLong)).mul_(height * width).reshape({count, 1, 1});
  const at::Tensor values = samples.permute({0, 2, 3, 1});  // [N, h, w, C]
  std::vector<at::Tensor> places, parts;
  for (const int down : {0, 1}) {
    for (const int right : {0, 1}) {
      const at::Tensor column = left + right, row = top + down;
      const at::Tensor inside = (column >= 0) & (column < width) & (row >= 0) & (row < height);
      const at::Tensor weight = (1 - (x - column).abs()) * (1 - (y - row).abs()) * inside;
      const at::Tensor place =
          row.clamp(0, height - 1).to(at::kLong) * width + column.clamp(0, width - 1).to(at::kLong);
      places.push_back((place + plane).flatten());
      parts.push_back((values * weight.unsqueeze(3).to(values.scalar_type())).reshape({-1, channels}));
    }
  }
  at::Tensor sum = at::zeros({count * height * width, channels}, samples.options());
  sum.index_put_({at::cat(places)}, at::cat(parts), /*accumulate=*/true);  // sorted first where order must not matter
  return sum.reshape({count, height, width, channels}).permute({0, 3, 1, 2}).contiguous();
}

at::Tensor geometry_filter() {
  const at::Tensor taps =
      at::tensor({0.015404109327027373, 0.0034907120842174702, -0.11799011114841915, -0.048311742585633,
                  0.49105594192764, 0.787641141028651, 0.3379294217282401, -0.07263752278637825, -0.021060292512370564,
                  0.04472490177078142, 0.0017677118643983668, -0.007800708325032496},
                 at::kDouble);
  return taps / taps.sum();
}

at::Tensor augment_geometry(const at::Tensor& pictures, const std::vector<AugmentValues>& values) {
  std::vector<Affine> maps, moving;
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < values.size(); ++i) {
    maps.push_back(source_of(values[i], static_cast<double>(pictures.size(3)), static_cast<double>(pictures.size(2))));
    if (maps.back() == Affine{}) continue;
    moving.push_back(maps.back());
    rows.push_back(static_cast<std::int64_t>(i));
  }
  if (pictures.is_cpu()) return rows.empty() ? pictures : warp(pictures, maps);
  return change_rows(pictures, rows, [&](const at::Tensor& moved) { return resample(moved, moving); });
}

}  // namespace ganvas::train
