#include "ops/conv/direct.h"

#include <algorithm>
#include <vector>

#include "ops/vector/parallel.h"
#include "ops/vector/products.h"
#include "ops/vector/scratch.h"

GANVAS_VECTOR_BEGIN
namespace ganvas::ops::direct {
namespace {

struct AxisTap {
  int index = 0;   // in the kernel
  int offset = 0;  // the sample that it meets at the phase's output q is q * in_step + offset
};

/// The outputs of an axis that meet the same taps: first, first + step, ...
struct AxisPhase {
  std::int64_t first = 0, step = 1, count = 0, in_step = 1;
  std::vector<AxisTap> taps;
};

std::vector<AxisPhase> phases_of(int kernel, int stride, int pad, std::int64_t out, bool transposed) {
  std::vector<AxisPhase> phases;
  if (!transposed) {
    AxisPhase all{.count = out, .in_step = stride};
    for (int k = 0; k < kernel; ++k) all.taps.push_back({k, k - pad});
    return {all};
  }
  for (int p = 0; p < stride; ++p) {
    AxisPhase phase{.first = p, .step = stride, .count = std::max<std::int64_t>(0, (out - p + stride - 1) / stride)};
    for (int k = (p + pad) % stride; k < kernel; k += stride) phase.taps.push_back({k, (p + pad - k) / stride});
    phases.push_back(phase);
  }
  return phases;
}

struct Tap {
  int y = 0, x = 0;  // in the kernel
  int dy = 0, dx = 0;
};

struct Phase {
  AxisPhase y, x;
  std::vector<Tap> taps;
  std::int64_t packed = 0;  // where its weights begin
};

std::vector<Phase> phases_of(const Shape& s) {
  std::vector<Phase> phases;
  std::int64_t packed = 0;
  for (const AxisPhase& y : phases_of(s.kernel_height, s.stride, s.pad_y, s.out_height, s.transposed)) {
    for (const AxisPhase& x : phases_of(s.kernel_width, s.stride, s.pad_x, s.out_width, s.transposed)) {
      Phase phase{.y = y, .x = x, .taps = {}, .packed = packed};
      for (const AxisTap& ty : y.taps)
        for (const AxisTap& tx : x.taps) phase.taps.push_back({ty.index, tx.index, ty.offset, tx.offset});
      packed += panels_of(s.to) * panel_width * s.from * static_cast<std::int64_t>(phase.taps.size());
      phases.push_back(phase);
    }
  }
  return phases;
}

/// Pixels first .. first + count of a phase, counted over all pictures: the samples that each tap meets, and where the
/// sums go.
struct Pixels {
  struct Place {
    std::int64_t picture, pixel;  // of the result
  };
  std::vector<const float*> samples;  // [tap][pixel]
  std::vector<Place> places;

  void find(const Shape& s, const Phase& phase, const float* x, std::int64_t first, std::int64_t count) {
    const float* zeros = scratch_zeros(s.from).data();
    samples.resize(phase.taps.size() * count);
    places.resize(count);
    const std::int64_t plane = phase.y.count * phase.x.count;
    std::int64_t picture = first / plane, qy = first % plane / phase.x.count, qx = first % plane % phase.x.count;
    for (std::int64_t i = 0; i < count; ++i) {
      places[i] = {picture, (phase.y.first + qy * phase.y.step) * s.out_width + phase.x.first + qx * phase.x.step};
      const std::int64_t top = qy * phase.y.in_step, left = qx * phase.x.in_step;
      const float* origin = x + picture * s.in_height * s.in_width * s.from;
      const float** to = samples.data() + i;
      for (const Tap& tap : phase.taps) {
        const std::int64_t y = top + tap.dy, xx = left + tap.dx;
        const bool held = y >= 0 && y < s.in_height && xx >= 0 && xx < s.in_width;
        *to = held ? origin + (y * s.in_width + xx) * s.from : zeros;
        to += count;
      }
      if (++qx < phase.x.count) continue;
      qx = 0;
      if (++qy < phase.y.count) continue;
      qy = 0;
      ++picture;
    }
  }
};

constexpr std::int64_t pixels_at_once = 96;

/// What follows the sums [count][panel_width] of a panel.
void finish(const Shape& s, const float* sums, const Pixels::Place* places, std::int64_t count, std::int64_t column,
            const Epilogue& end, float* out) {
  const std::int64_t plane = s.out_height * s.out_width;
  for (std::int64_t r = 0; r < count; ++r, sums += panel_width) {
    const auto [picture, pixel] = places[r];
    float* to = out + (picture * plane + pixel) * s.to;
    for (int half = 0; half < 2; ++half) {
      const std::int64_t channel = column + 8 * half, held = s.to - channel;
      if (held <= 0) break;
      store_some(to + channel, finished(end, load<Float8>(sums + 8 * half), s.to, picture, pixel, channel, held), held);
    }
  }
}

void run_pixels(const Shape& s, const Phase& phase, const Pixels& pixels, const float* packed, std::int64_t first_panel,
                std::int64_t last_panel, const Epilogue& end, float* out) {
  const auto count = static_cast<std::int64_t>(pixels.places.size());
  const auto taps = static_cast<int>(phase.taps.size());
  for (std::int64_t panel = first_panel; panel < last_panel; ++panel) {
    const float* weights = packed + phase.packed + panel * taps * s.from * panel_width;
    for (std::int64_t i = 0; i < count; i += rows_at_once()) {
      const std::int64_t rows = std::min<std::int64_t>(rows_at_once(), count - i);
      float sums[most_block_rows * panel_width];
      multiply({pixels.samples.data() + i, count, taps, s.from, weights}, rows, sums, panel_width, panel_width);
      finish(s, sums, pixels.places.data() + i, rows, panel * panel_width, end, out);
    }
  }
}

}  // namespace

std::int64_t packed_size(const Shape& s) {
  return panels_of(s.to) * panel_width * s.from * s.kernel_height * s.kernel_width;
}

void pack(const Shape& s, const float* weight, const WeightSteps& steps, float* packed) {
  const std::int64_t panels = panels_of(s.to);
  for (const Phase& phase : phases_of(s)) {
    const auto taps = static_cast<std::int64_t>(phase.taps.size());
    parallel_for(0, panels * taps, 4, [&](std::int64_t begin, std::int64_t last) {
      for (std::int64_t i = begin; i < last; ++i) {
        const Tap& tap = phase.taps[i % taps];
        const std::int64_t column = i / taps * panel_width;
        const float* from = weight + column * steps.to + tap.y * steps.y + tap.x * steps.x;
        float* to = packed + phase.packed + i * s.from * panel_width;
        for (std::int64_t k = 0; k < s.from; ++k, to += panel_width)
          for (std::int64_t lane = 0; lane < panel_width; ++lane)
            to[lane] = column + lane < s.to ? from[k * steps.from + lane * steps.to] : 0.0F;
      }
    });
  }
}

void convolve(const Shape& s, const float* x, const float* packed, const Epilogue& end, float* out) {
  struct Work {
    const Phase* phase;
    std::int64_t first, count, first_panel, last_panel;
  };
  const std::int64_t panels = panels_of(s.to);
  const std::vector<Phase> phases = phases_of(s);
  std::vector<Work> all;  // phases take turns, for they differ in what they cost
  for (std::int64_t first = 0; first < s.pictures * s.out_height * s.out_width; first += pixels_at_once) {
    for (const Phase& phase : phases) {
      const std::int64_t count = s.pictures * phase.y.count * phase.x.count;
      const std::int64_t chunks = (count + pixels_at_once - 1) / pixels_at_once;
      const std::int64_t groups = chunks == 0 || chunks >= 8 ? 1 : std::min(panels, (8 + chunks - 1) / chunks);
      for (std::int64_t group = 0; group < groups && first < count; ++group)
        all.push_back({&phase, first, std::min(pixels_at_once, count - first), group * panels / groups,
                       (group + 1) * panels / groups});
    }
  }
  parallel_for(0, static_cast<std::int64_t>(all.size()), 1, [&](std::int64_t begin, std::int64_t last) {
    static thread_local Pixels pixels;
    for (std::int64_t i = begin; i < last; ++i) {
      const Work& work = all[i];
      pixels.find(s, *work.phase, x, work.first, work.count);
      run_pixels(s, *work.phase, pixels, packed, work.first_panel, work.last_panel, end, out);
    }
  });
}

namespace {

constexpr std::int64_t lines_at_once = 128;

/// Threads take taps and rows of the gradient.
void sum_taps_wide(const Shape& s, const Phase& phase, const float* x, const float* dy, float* gradient) {
  const std::int64_t count = s.pictures * s.out_height * s.out_width;
  const auto taps = static_cast<std::int64_t>(phase.taps.size());
  const std::int64_t groups = (s.from + 47) / 48, at_once = 4096;
  std::fill_n(gradient, taps * s.from * s.to, 0.0F);
  Pixels pixels;
  for (std::int64_t first = 0; first < count; first += at_once) {
    const std::int64_t here = std::min(at_once, count - first);
    pixels.find(s, phase, x, first, here);
    parallel_for(0, taps * groups, 1, [&](std::int64_t begin, std::int64_t last) {
      for (std::int64_t i = begin; i < last; ++i) {
        const float* const* samples = pixels.samples.data() + i / groups * here;
        float* sums = gradient + i / groups * s.from * s.to;
        const std::int64_t row = i % groups * 48;
        for (std::int64_t part = 0; part < here; part += lines_at_once) {
          add_products(samples + part, dy + (first + part) * s.to, std::min(lines_at_once, here - part), row,
                       std::min(s.from, row + 48), s.to, sums);
        }
      }
    });
  }
}

/// Few channels: each thread takes parts of the pixels, and each part has sums of its own. The parts depend on the
/// shape alone.
void sum_taps_long(const Shape& s, const Phase& phase, const float* x, const float* dy, float* gradient) {
  const std::int64_t count = s.pictures * s.out_height * s.out_width;
  const auto taps = static_cast<std::int64_t>(phase.taps.size());
  const std::int64_t size = taps * s.from * s.to;
  const std::int64_t parts = std::clamp<std::int64_t>(count / (4 * lines_at_once), 1, 16);
  float* sums = scratch(3, parts * size);
  parallel_for(0, parts, 1, [&](std::int64_t begin, std::int64_t last) {
    static thread_local Pixels pixels;
    for (std::int64_t part = begin; part < last; ++part) {
      float* own = sums + part * size;
      std::fill_n(own, size, 0.0F);
      const std::int64_t until = (part + 1) * count / parts;
      for (std::int64_t first = part * count / parts; first < until; first += lines_at_once) {
        const std::int64_t here = std::min(lines_at_once, until - first);
        pixels.find(s, phase, x, first, here);
        for (std::int64_t tap = 0; tap < taps; ++tap)
          add_products(pixels.samples.data() + tap * here, dy + first * s.to, here, 0, s.from, s.to,
                       own + tap * s.from * s.to);
      }
    }
  });
  std::copy_n(sums, size, gradient);
  for (std::int64_t part = 1; part < parts; ++part)
    for (std::int64_t i = 0; i < size; ++i) gradient[i] += sums[part * size + i];
}

}  // namespace

void weight_gradient(const Shape& s, const float* x, const float* dy, float* gradient) {
  const Phase phase = phases_of(s).front();
  const bool few = static_cast<std::int64_t>(phase.taps.size()) * s.from * s.to <= 65536;
  few ? sum_taps_long(s, phase, x, dy, gradient) : sum_taps_wide(s, phase, x, dy, gradient);
}

}  // namespace ganvas::ops::direct
GANVAS_VECTOR_END
