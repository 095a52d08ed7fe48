#include "ops/upfirdn2d/upfirdn2d_channels.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "ops/vector/parallel.h"
#include "ops/vector/scratch.h"

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {
namespace {

/// sum of `count` vectors, `step` floats apart, each times its weight; `Fixed` is count, or 0 where no loop is made for
/// it.
template <typename V, int Fixed>
GANVAS_INLINE inline V weighted_sum(const float* x, std::int64_t step, const float* weights, int weight_step,
                                    int count) {
  const int all = Fixed > 0 ? Fixed : count;
  V sum = {};
  for (int j = 0; j < all; ++j) sum += load<V>(x + j * step) * splat<V>(weights[j * weight_step]);
  return sum;
}

/// Calls use() with the number of taps as a constant, or 0.
template <typename Use>
GANVAS_INLINE inline void with_taps(int count, const Use& use) {
  if (count == 2) return use(std::integral_constant<int, 2>());
  if (count == 4) return use(std::integral_constant<int, 4>());
  use(std::integral_constant<int, 0>());
}

struct Planes {
  const UpfirdnAxis &x_axis, &y_axis;
  const std::vector<float>&column, &row;
  const std::vector<TapRun>& runs;  // of x
  std::int64_t channels;
  const float* x;
  const Epilogue& end;
  float* out;
};

/// One line of the result, by way of `line`, which has room for one of x.
struct FilterLine {
  template <typename Widest>
  GANVAS_INLINE static void run(const Planes& p, std::int64_t i, float* line) {
    const std::int64_t line_size = p.x_axis.in * p.channels;
    const std::int64_t picture = i / p.y_axis.out, oy = i % p.y_axis.out;
    const TapRun lines = taps_at(p.y_axis, static_cast<int>(oy));
    const float* rows = p.x + (picture * p.y_axis.in + lines.sample) * line_size;
    with_taps(lines.count, [&](auto taps) GANVAS_INLINE {
      over_channels<Widest>(line_size, [&](auto kind, std::int64_t k) GANVAS_INLINE {
        using V = typename decltype(kind)::type;
        store(line + k,
              weighted_sum<V, taps>(rows + k, line_size, p.column.data() + lines.tap, p.y_axis.up, lines.count));
      });
    });
    float* to = p.out + i * p.x_axis.out * p.channels;
    for (int ox = 0; ox < p.x_axis.out; ++ox, to += p.channels) {
      const TapRun& run = p.runs[ox];
      const float *from = line + run.sample * p.channels, *weights = p.row.data() + run.tap;
      with_taps(run.count, [&](auto taps) GANVAS_INLINE {
        over_channels<Widest>(p.channels, [&](auto kind, std::int64_t k) GANVAS_INLINE {
          using V = typename decltype(kind)::type;
          const V sum = weighted_sum<V, taps>(from + k, p.channels, weights, p.x_axis.up, run.count);
          store(to + k, finished(p.end, sum, p.channels, picture, oy * p.x_axis.out + ox, k, lanes_of<V>));
        });
      });
    }
  }
};

}  // namespace

void upfirdn2d_channels(const UpfirdnAxis& x_axis, const UpfirdnAxis& y_axis, const std::vector<float>& column,
                        const std::vector<float>& row, std::int64_t pictures, std::int64_t channels, const float* x,
                        const Epilogue& end, float* out) {
  std::vector<TapRun> runs;
  for (int ox = 0; ox < x_axis.out; ++ox) runs.push_back(taps_at(x_axis, ox));
  const Planes planes{x_axis, y_axis, column, row, runs, channels, x, end, out};
  const std::int64_t grain = std::max<std::int64_t>(1, 16384 / std::max<std::int64_t>(1, x_axis.out * channels));
  parallel_for(0, pictures * y_axis.out, grain, [&](std::int64_t begin, std::int64_t last) {
    float* line = scratch(3, x_axis.in * channels);
    for (std::int64_t i = begin; i < last; ++i) on_this_processor<FilterLine>(planes, i, line);
  });
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
