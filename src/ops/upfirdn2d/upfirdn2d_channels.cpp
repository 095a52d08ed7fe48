#include "ops/upfirdn2d/upfirdn2d_channels.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <type_traits>

#include "ops/vector/scratch.h"

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {
namespace {

/// line = the sum of `count` lines of x, `step` floats apart, each times its weight.
void add_lines(const float* x, std::int64_t step, const float* weights, int weight_step, int count, std::int64_t size,
               float* line) {
  const auto run = [&](auto taps) {
    constexpr int fixed = decltype(taps)::value;
    const int all = fixed > 0 ? fixed : count;
    for (std::int64_t k = 0; k < size; k += 8) {
      Float8 sum = {};
      for (int j = 0; j < all; ++j) sum += load8(x + j * step + k) * splat8(weights[j * weight_step]);
      store8(line + k, sum);
    }
  };
  if (count == 2) return run(std::integral_constant<int, 2>());
  if (count == 4) return run(std::integral_constant<int, 4>());
  run(std::integral_constant<int, 0>());
}

}  // namespace

void upfirdn2d_channels(const UpfirdnAxis& x_axis, const UpfirdnAxis& y_axis, const std::vector<float>& column,
                        const std::vector<float>& row, std::int64_t pictures, std::int64_t channels, const float* x,
                        const Epilogue& end, float* out) {
  const std::int64_t line_size = x_axis.in * channels;
  const std::int64_t grain = std::max<std::int64_t>(1, 16384 / std::max<std::int64_t>(1, x_axis.out * channels));
  at::parallel_for(0, pictures * y_axis.out, grain, [&](std::int64_t begin, std::int64_t last) {
    float* line = scratch(3, line_size);
    for (std::int64_t i = begin; i < last; ++i) {
      const std::int64_t picture = i / y_axis.out, oy = i % y_axis.out;
      const TapRun lines = taps_at(y_axis, static_cast<int>(oy));
      add_lines(x + (picture * y_axis.in + lines.sample) * line_size, line_size, column.data() + lines.tap, y_axis.up,
                lines.count, line_size, line);
      float* to = out + i * x_axis.out * channels;
      for (int ox = 0; ox < x_axis.out; ++ox, to += channels) {
        const TapRun run = taps_at(x_axis, ox);
        const float *from = line + run.sample * channels, *weights = row.data() + run.tap;
        for (std::int64_t k = 0; k < channels; k += 8) {
          Float8 sum = {};
          for (int j = 0; j < run.count; ++j) sum += load8(from + j * channels + k) * splat8(weights[j * x_axis.up]);
          store8(to + k, finished(end, sum, channels, picture, oy * x_axis.out + ox, k, 8));
        }
      }
    }
  });
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
