#include "ops/upfirdn2d/upfirdn2d_channels.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <type_traits>
#include <vector>

#include "ops/vector/scratch.h"

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {
namespace {

/// sum of `count` vectors, `step` floats apart, each times its weight; `Fixed` is count, or 0 where no loop is made for
/// it.
template <int Fixed>
[[gnu::always_inline]] inline Float8 weighted_sum(const float* x, std::int64_t step, const float* weights,
                                                  int weight_step, int count) {
  const int all = Fixed > 0 ? Fixed : count;
  Float8 sum = {};
  for (int j = 0; j < all; ++j) sum += load8(x + j * step) * splat8(weights[j * weight_step]);
  return sum;
}

/// Calls use() with the number of taps as a constant, or 0.
template <typename Use>
[[gnu::always_inline]] inline void with_taps(int count, const Use& use) {
  if (count == 2) return use(std::integral_constant<int, 2>());
  if (count == 4) return use(std::integral_constant<int, 4>());
  use(std::integral_constant<int, 0>());
}

}  // namespace

void upfirdn2d_channels(const UpfirdnAxis& x_axis, const UpfirdnAxis& y_axis, const std::vector<float>& column,
                        const std::vector<float>& row, std::int64_t pictures, std::int64_t channels, const float* x,
                        const Epilogue& end, float* out) {
  const std::int64_t line_size = x_axis.in * channels;
  std::vector<TapRun> runs;
  for (int ox = 0; ox < x_axis.out; ++ox) runs.push_back(taps_at(x_axis, ox));
  const std::int64_t grain = std::max<std::int64_t>(1, 16384 / std::max<std::int64_t>(1, x_axis.out * channels));
  at::parallel_for(0, pictures * y_axis.out, grain, [&](std::int64_t begin, std::int64_t last) {
    float* line = scratch(3, line_size);
    for (std::int64_t i = begin; i < last; ++i) {
      const std::int64_t picture = i / y_axis.out, oy = i % y_axis.out;
      const TapRun lines = taps_at(y_axis, static_cast<int>(oy));
      const float* rows = x + (picture * y_axis.in + lines.sample) * line_size;
      with_taps(lines.count, [&](auto taps) {
        for (std::int64_t k = 0; k < line_size; k += 8) {
          store8(line + k, weighted_sum<taps>(rows + k, line_size, column.data() + lines.tap, y_axis.up, lines.count));
        }
      });
      float* to = out + i * x_axis.out * channels;
      for (int ox = 0; ox < x_axis.out; ++ox, to += channels) {
        const TapRun run = runs[ox];
        const float *from = line + run.sample * channels, *weights = row.data() + run.tap;
        with_taps(run.count, [&](auto taps) {
          for (std::int64_t k = 0; k < channels; k += 8) {
            const Float8 sum = weighted_sum<taps>(from + k, channels, weights, x_axis.up, run.count);
            store8(to + k, finished(end, sum, channels, picture, oy * x_axis.out + ox, k, 8));
          }
        });
      }
    }
  });
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
