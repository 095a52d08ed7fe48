#include "ops/upfirdn2d/upfirdn2d.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "ops/upfirdn2d/upfirdn2d_channels.h"
#include "ops/upfirdn2d/upfirdn2d_device.h"
#include "ops/vector/library_only.h"
#include "ops/vector/parallel.h"

namespace ganvas::ops {
namespace {

/// One tap of a filter line and the outputs that it reaches: out[first_out + m * out_step] += weight *
/// in[first_in + m * in_step].
template <typename T>
struct TapSpan {
  T weight = 0;
  int first_out = 0, first_in = 0, count = 0;
};

/// All taps of one filter line along an axis. The steps are the same for all of them.
template <typename T>
struct TapLine {
  std::vector<TapSpan<T>> spans;
  int out_step = 1, in_step = 1;
};

template <typename T>
TapLine<T> tap_line(const UpfirdnAxis& axis, const T* weights) {
  const int common = std::gcd(axis.up, axis.down);
  TapLine<T> line{{}, axis.up / common, axis.down / common};
  for (int tap = 0; tap < axis.taps; ++tap) {
    // Output o meets sample i through this tap where o * down - pad + tap == i * up.
    TapSpan<T> span{weights[tap]};
    int o = 0;
    while (o < axis.out && (o * axis.down - axis.pad + tap < 0 || (o * axis.down - axis.pad + tap) % axis.up != 0)) ++o;
    if (o >= axis.out) continue;
    span.first_out = o;
    span.first_in = (o * axis.down - axis.pad + tap) / axis.up;
    if (span.first_in >= axis.in) continue;
    span.count = std::min((axis.out - 1 - o) / line.out_step, (axis.in - 1 - span.first_in) / line.in_step) + 1;
    line.spans.push_back(span);
  }
  return line;
}

template <typename T>
void add_line(const TapLine<T>& line, const T* in, T* out) {
  for (const TapSpan<T>& span : line.spans) {
    const T weight = span.weight;
    const T* from = in + span.first_in;
    T* to = out + span.first_out;
    if (line.out_step == 1 && line.in_step == 1) {
      for (int m = 0; m < span.count; ++m) to[m] += weight * from[m];
    } else if (line.out_step == 2 && line.in_step == 1) {
      for (int m = 0; m < span.count; ++m) to[2 * m] += weight * from[m];
    } else if (line.out_step == 1 && line.in_step == 2) {
      for (int m = 0; m < span.count; ++m) to[m] += weight * from[2 * m];
    } else {
      for (std::ptrdiff_t m = 0; m < span.count; ++m) to[m * line.out_step] += weight * from[m * line.in_step];
    }
  }
}

/// A filter [y.taps, x.taps] in the order in which it meets the samples, made ready for whole rows.
template <typename T>
struct RowFilter {
  UpfirdnAxis x, y;
  std::vector<TapLine<T>> lines;  // one for each row of the filter

  RowFilter(const UpfirdnAxis& x_axis, const UpfirdnAxis& y_axis, const std::vector<T>& weights)
      : x(x_axis), y(y_axis) {
    for (int row = 0; row < y.taps; ++row) lines.push_back(tap_line(x, weights.data() + row * x.taps));
  }

  void run(const T* in, T* out) const {
    std::fill_n(out, static_cast<std::size_t>(x.out) * y.out, T(0));
    for (int oy = 0; oy < y.out; ++oy) {
      const TapRun rows = taps_at(y, oy);
      for (int j = 0; j < rows.count; ++j) {
        add_line(lines[rows.tap + j * y.up], in + static_cast<std::size_t>(rows.sample + j) * x.in,
                 out + static_cast<std::size_t>(oy) * x.out);
      }
    }
  }
};

/// The weights in the order in which they meet the samples, gain included.
template <typename T>
std::vector<T> ordered_weights(const UpfirdnShape& shape, const at::Tensor& filter) {
  const at::Tensor doubles = filter.to(at::kDouble).contiguous();
  const double* from = doubles.const_data_ptr<double>();
  const std::size_t count = static_cast<std::size_t>(shape.x.taps) * shape.y.taps;
  std::vector<T> weights(count);
  for (std::size_t i = 0; i < count; ++i)
    weights[i] = static_cast<T>(from[shape.flip ? i : count - 1 - i] * shape.gain);
  return weights;
}

/// Factors a filter that is the product of a column and a row: two short passes are cheaper than one long. The factors
/// are exact to single precision, or empty.
template <typename T>
struct Factors {
  std::vector<T> column, row;
};

template <typename T>
Factors<T> factors_of(const std::vector<T>& weights, int rows, int columns) {
  if (rows == 1 || columns == 1) return {};
  const auto pivot = static_cast<int>(
      std::max_element(weights.begin(), weights.end(), [](T a, T b) { return std::abs(a) < std::abs(b); }) -
      weights.begin());
  const T largest = weights[pivot];
  if (largest == 0) return {};
  Factors<T> factors;
  for (int i = 0; i < rows; ++i) factors.column.push_back(weights[i * columns + pivot % columns] / largest);
  for (int j = 0; j < columns; ++j) factors.row.push_back(weights[pivot / columns * columns + j]);
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      const T error = weights[i * columns + j] - factors.column[i] * factors.row[j];
      if (std::abs(error) > std::abs(largest) * T(2e-7)) return {};
    }
  }
  return factors;
}

/// Applies filters to each plane one after the other, each within the cache.
template <typename T>
void run_planes(const std::vector<RowFilter<T>>& filters, std::int64_t planes, const T* in, T* out) {
  const RowFilter<T>& first = filters.front();
  const RowFilter<T>& last = filters.back();
  const std::int64_t in_plane = std::int64_t{first.x.in} * first.y.in;
  const std::int64_t out_plane = std::int64_t{last.x.out} * last.y.out;
  const std::int64_t grain = std::max<std::int64_t>(1, 32768 / std::max<std::int64_t>(1, out_plane));
  parallel_for(0, planes, grain, [&](std::int64_t begin, std::int64_t end) {
    std::vector<T> between(filters.size() > 1 ? static_cast<std::size_t>(first.x.out) * first.y.out : 0);
    for (std::int64_t plane = begin; plane < end; ++plane) {
      if (filters.size() > 1) {
        first.run(in + plane * in_plane, between.data());
        last.run(between.data(), out + plane * out_plane);
      } else {
        first.run(in + plane * in_plane, out + plane * out_plane);
      }
    }
  });
}

template <typename T>
void run_on_cpu(const UpfirdnShape& shape, const at::Tensor& x, const at::Tensor& filter, at::Tensor& out) {
  const std::vector<T> weights = ordered_weights<T>(shape, filter);
  const Factors<T> factors = factors_of(weights, shape.y.taps, shape.x.taps);
  std::vector<RowFilter<T>> filters;
  if (factors.row.empty()) {
    filters.emplace_back(shape.x, shape.y, weights);
  } else {
    const UpfirdnAxis keep_rows{shape.y.in, shape.y.in};
    const UpfirdnAxis keep_columns{shape.x.out, shape.x.out};
    filters.emplace_back(shape.x, keep_rows, factors.row);
    filters.emplace_back(keep_columns, shape.y, factors.column);
  }
  run_planes(filters, shape.planes, x.const_data_ptr<T>(), out.mutable_data_ptr<T>());
}

int output_size(const UpfirdnAxis& axis, int padding_after) {
  return (axis.in * axis.up + axis.pad + padding_after - axis.taps) / axis.down + 1;
}

/// How upfirdn2d works on x [N, C, H, W] with a filter [KH, KW].
UpfirdnShape shape_of(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options) {
  UpfirdnShape shape;
  shape.x = {static_cast<int>(x.size(3)), 0, static_cast<int>(filter.size(1)), options.up[0], options.down[0],
             options.padding[0]};
  shape.y = {static_cast<int>(x.size(2)), 0, static_cast<int>(filter.size(0)), options.up[1], options.down[1],
             options.padding[2]};
  shape.planes = x.size(0) * x.size(1);
  shape.flip = options.flip_filter;
  shape.gain = options.gain;
  const auto left = [](const UpfirdnAxis& axis, int after) {
    return axis.in * axis.up + axis.pad + after >= axis.taps;
  };
  require(left(shape.x, options.padding[1]) && left(shape.y, options.padding[3]),
          "A picture of {} x {} is too small for a filter of {} x {}.", x.size(3), x.size(2), shape.x.taps,
          shape.y.taps);
  shape.x.out = output_size(shape.x, options.padding[1]);
  shape.y.out = output_size(shape.y, options.padding[3]);
  return shape;
}

bool is_channels_last(const at::Tensor& x) {
  return !x.is_contiguous() && x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

/// Channels-last in and out, or undefined where its kernel does not take x or the filter.
at::Tensor compute_channels_last(const UpfirdnShape& shape, const at::Tensor& x, const at::Tensor& filter,
                                 const Epilogue& end) {
  if (!has_own_kernels() || x.scalar_type() != at::kFloat || x.size(1) % 8 != 0 || !is_channels_last(x)) return {};
  const std::vector<float> weights = ordered_weights<float>(shape, filter);
  Factors<float> factors = factors_of(weights, shape.y.taps, shape.x.taps);
  if (shape.y.taps == 1) factors = {{1.0F}, weights};
  if (shape.x.taps == 1 && shape.y.taps > 1) factors = {weights, {1.0F}};
  if (factors.row.empty()) return {};
  at::Tensor out = at::empty({x.size(0), x.size(1), shape.y.out, shape.x.out},
                             x.options().memory_format(at::MemoryFormat::ChannelsLast));
  upfirdn2d_channels(shape.x, shape.y, factors.column, factors.row, x.size(0), x.size(1), x.const_data_ptr<float>(),
                     end, out.mutable_data_ptr<float>());
  return out;
}

/// x [N, C, H, W], filter [KH, KW].
at::Tensor compute(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options) {
  const UpfirdnShape shape = shape_of(x, filter, options);
  const std::vector<std::int64_t> sizes{x.size(0), x.size(1), shape.y.out, shape.x.out};
  if (x.is_cuda()) {
    at::Tensor out = at::empty(sizes, x.options().memory_format(at::MemoryFormat::Contiguous));
    const auto sum_type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    upfirdn2d_on_device(shape, x.contiguous(), filter.to(x.device(), sum_type).contiguous(), out);
    return out;
  }
  if (x.scalar_type() == at::kHalf || x.scalar_type() == at::kBFloat16)
    return compute(x.to(at::kFloat), filter, options).to(x.scalar_type());
  if (at::Tensor out = compute_channels_last(shape, x, filter, {}); out.defined()) return out;
  at::Tensor out = at::empty(sizes, x.options().memory_format(at::MemoryFormat::Contiguous));
  if (x.scalar_type() == at::kDouble) {
    run_on_cpu<double>(shape, x.contiguous(), filter, out);
  } else {
    run_on_cpu<float>(shape, x.contiguous(), filter, out);
  }
  return out;
}

/// The operation whose matrix is the transpose of this one's on a picture of `height` x `width` -> `out`.
UpfirdnOptions transposed(const UpfirdnOptions& options, const at::Tensor& filter, at::IntArrayRef in,
                          at::IntArrayRef out) {
  UpfirdnOptions back;
  back.up = options.down;
  back.down = options.up;
  back.flip_filter = !options.flip_filter;
  back.gain = options.gain;
  for (int axis = 0; axis < 2; ++axis) {  // x, y
    const int taps = static_cast<int>(filter.size(1 - axis));
    const int before = taps - options.padding[2 * axis] - 1;
    const auto in_size = static_cast<int>(in[3 - axis]), out_size = static_cast<int>(out[3 - axis]);
    back.padding[2 * axis] = before;
    back.padding[2 * axis + 1] =
        in_size * options.up[axis] - out_size * options.down[axis] + options.padding[2 * axis] - options.up[axis] + 1;
  }
  return back;
}

struct Upfirdn2dFunction : torch::autograd::Function<Upfirdn2dFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& filter,
                            const UpfirdnOptions& options) {
    at::Tensor out = compute(x, filter, options);
    const UpfirdnOptions back = transposed(options, filter, x.sizes(), out.sizes());
    context->saved_data["filter"] = filter;
    context->saved_data["steps"] = std::vector<std::int64_t>{back.up[0], back.up[1], back.down[0], back.down[1]};
    context->saved_data["padding"] = std::vector<std::int64_t>(back.padding.begin(), back.padding.end());
    context->saved_data["flip"] = back.flip_filter;
    context->saved_data["gain"] = back.gain;
    return out;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    auto& saved = context->saved_data;
    const auto steps = saved["steps"].toIntVector();
    const auto padding = saved["padding"].toIntVector();
    UpfirdnOptions back;
    back.up = {static_cast<int>(steps[0]), static_cast<int>(steps[1])};
    back.down = {static_cast<int>(steps[2]), static_cast<int>(steps[3])};
    std::transform(padding.begin(), padding.end(), back.padding.begin(), [](auto n) { return static_cast<int>(n); });
    back.flip_filter = saved["flip"].toBool();
    back.gain = saved["gain"].toDouble();
    return {upfirdn2d(gradients[0], saved["filter"].toTensor(), back), {}, {}};
  }
};

/// The same out of LibTorch's operators.
at::Tensor composed(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options) {
  const std::int64_t channels = x.size(1);
  const auto [ux, uy] = options.up;
  const auto [left, right, top, bottom] = options.padding;
  at::Tensor y = x;
  if (ux > 1 || uy > 1)  // ends at the last sample: the zeros after it join the padding
    y = at::conv_transpose2d(y, at::ones({channels, 1, 1, 1}, x.options()), {}, at::IntArrayRef{uy, ux},
                             at::IntArrayRef{0}, at::IntArrayRef{0}, channels);
  const std::array<std::int64_t, 4> pads{left, right + ux - 1, top, bottom + uy - 1};
  const auto grown = [](std::int64_t pad) { return std::max<std::int64_t>(pad, 0); };
  if (std::ranges::any_of(pads, [](std::int64_t pad) { return pad > 0; }))
    y = at::constant_pad_nd(y, {grown(pads[0]), grown(pads[1]), grown(pads[2]), grown(pads[3])});
  const auto cropped = [](const at::Tensor& from, std::int64_t dim, std::int64_t before, std::int64_t after) {
    const std::int64_t first = std::max<std::int64_t>(-before, 0), last = std::max<std::int64_t>(-after, 0);
    return first == 0 && last == 0 ? from : from.narrow(dim, first, from.size(dim) - first - last);
  };
  y = cropped(cropped(y, 3, pads[0], pads[1]), 2, pads[2], pads[3]);
  const at::Tensor ordered = options.flip_filter ? filter : filter.flip({0, 1});
  const at::Tensor kernel = (ordered * options.gain).to(x.scalar_type()).expand({channels, 1, -1, -1}).contiguous();
  return at::conv2d(y, kernel, {}, at::IntArrayRef{options.down[1], options.down[0]}, at::IntArrayRef{0},
                    at::IntArrayRef{1}, channels);
}

/// filter [KH, KW].
at::Tensor resample(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options) {
  return LibraryOnly::on() ? composed(x, filter, options) : Upfirdn2dFunction::apply(x, filter, options);
}

std::array<int, 4> sum_of(const std::array<int, 4>& a, const std::array<int, 4>& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]};
}

}  // namespace

at::Tensor make_filter(const at::Tensor& taps, const FilterOptions& options) {
  at::Tensor filter = taps.to(at::kFloat);
  if (filter.dim() == 1 && !options.separable) filter = at::outer(filter, filter);
  if (options.normalize) filter = filter / filter.sum();
  if (options.flip) filter = filter.dim() == 1 ? filter.flip({0}) : filter.flip({0, 1});
  return (filter * std::pow(options.gain, filter.dim() / 2.0)).contiguous();
}

std::array<int, 2> filter_size(const at::Tensor& filter) {
  if (!filter.defined()) return {1, 1};
  return {static_cast<int>(filter.size(-1)), static_cast<int>(filter.size(0))};
}

at::Tensor upfirdn2d(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options) {
  require(x.dim() == 4, "upfirdn2d works on [N, C, H, W], not on {} dimensions.", x.dim());
  for (const int factor : {options.up[0], options.up[1], options.down[0], options.down[1]})
    require(factor >= 1, "Resampling factors are at least 1, not {}.", factor);
  if (!filter.defined()) return resample(x, at::ones({1, 1}, x.options().dtype(at::kFloat)), options);
  if (filter.dim() == 2) return resample(x, filter, options);
  require(filter.dim() == 1 && filter.numel() > 0, "A filter is [K] or [KH, KW].");
  UpfirdnOptions along_x = options, along_y = options;
  along_x.up[1] = along_x.down[1] = along_y.up[0] = along_y.down[0] = 1;
  along_x.padding[2] = along_x.padding[3] = along_y.padding[0] = along_y.padding[1] = 0;
  along_x.gain = along_y.gain = std::sqrt(options.gain);
  return resample(resample(x, filter.unsqueeze(0), along_x), filter.unsqueeze(1), along_y);
}

at::Tensor upfirdn2d_transposed(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options,
                                std::int64_t height, std::int64_t width) {
  return upfirdn2d(x, filter, transposed(options, filter, {x.size(0), x.size(1), height, width}, x.sizes()));
}

bool upfirdn2d_finishes(const at::Tensor& filter) {
  if (!has_own_kernels() || !filter.is_cpu() || filter.dim() != 2) return false;
  const auto [width, height] = filter_size(filter);
  UpfirdnShape shape;
  shape.x.taps = width;
  shape.y.taps = height;
  return width > 1 && height > 1 && !factors_of(ordered_weights<float>(shape, filter), height, width).row.empty();
}

at::Tensor upfirdn2d_finished(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options,
                              const Epilogue& end) {
  const at::Tensor out = compute_channels_last(shape_of(x, filter, options), x, filter, end);
  require(out.defined(), "upfirdn2d_finished works on channels-last floats and filters that are a product.");
  return out;
}

at::Tensor filter2d(const at::Tensor& x, const at::Tensor& filter, UpfirdnOptions options) {
  const auto [width, height] = filter_size(filter);
  options.padding = sum_of(options.padding, {width / 2, (width - 1) / 2, height / 2, (height - 1) / 2});
  return upfirdn2d(x, filter, options);
}

at::Tensor upsample2d(const at::Tensor& x, const at::Tensor& filter, UpfirdnOptions options) {
  if (options.up == std::array{1, 1}) options.up = {2, 2};
  const auto [width, height] = filter_size(filter);
  const auto [ux, uy] = options.up;
  options.padding = sum_of(
      options.padding, {(width + ux - 1) / 2, floor_half(width - ux), (height + uy - 1) / 2, floor_half(height - uy)});
  options.gain *= ux * uy;
  return upfirdn2d(x, filter, options);
}

at::Tensor downsample2d(const at::Tensor& x, const at::Tensor& filter, UpfirdnOptions options) {
  if (options.down == std::array{1, 1}) options.down = {2, 2};
  const auto [width, height] = filter_size(filter);
  const auto [dx, dy] = options.down;
  options.padding = sum_of(options.padding, {floor_half(width - dx + 1), floor_half(width - dx),
                                             floor_half(height - dy + 1), floor_half(height - dy)});
  return upfirdn2d(x, filter, options);
}

}  // namespace ganvas::ops
