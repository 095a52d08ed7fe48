#include "ops/conv/direct.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "ops/vector/block.h"
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
  std::vector<const float*> samples;  // [tap][pixel]
  std::vector<std::int64_t> outputs;  // picture * out_height * out_width + pixel

  void find(const Shape& s, const Phase& phase, const float* x, std::int64_t first, std::int64_t count) {
    const float* zeros = scratch_zeros(s.from).data();
    samples.resize(phase.taps.size() * count);
    outputs.resize(count);
    const std::int64_t plane = phase.y.count * phase.x.count;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t picture = (first + i) / plane, inside = (first + i) % plane;
      const std::int64_t qy = inside / phase.x.count, qx = inside % phase.x.count;
      outputs[i] = (picture * s.out_height + phase.y.first + qy * phase.y.step) * s.out_width + phase.x.first +
                   qx * phase.x.step;
      for (std::size_t t = 0; t < phase.taps.size(); ++t) {
        const std::int64_t y = qy * phase.y.in_step + phase.taps[t].dy, xx = qx * phase.x.in_step + phase.taps[t].dx;
        const bool held = y >= 0 && y < s.in_height && xx >= 0 && xx < s.in_width;
        samples[t * count + i] = held ? x + ((picture * s.in_height + y) * s.in_width + xx) * s.from : zeros;
      }
    }
  }
};

constexpr std::int64_t pixels_at_once = 96;

template <int R>
void finish(const Shape& s, const Block<R>& block, const std::int64_t* outputs, std::int64_t column,
            const Epilogue& end, float* out) {
  const std::int64_t plane = s.out_height * s.out_width;
  for (int r = 0; r < R; ++r) {
    for (int half = 0; half < 2; ++half) {
      const std::int64_t channel = column + 8 * half, count = s.to - channel;
      if (count <= 0) break;
      const Float8 v = finished(end, block.sum[r][half], s.to, outputs[r] / plane, outputs[r] % plane, channel, count);
      store_some(out + outputs[r] * s.to + channel, v, count);
    }
  }
}

void run_pixels(const Shape& s, const Phase& phase, const Pixels& pixels, const float* packed, std::int64_t first_panel,
                std::int64_t last_panel, const Epilogue& end, float* out) {
  const auto count = static_cast<std::int64_t>(pixels.outputs.size());
  const auto taps = static_cast<int>(phase.taps.size());
  for (std::int64_t panel = first_panel; panel < last_panel; ++panel) {
    const float* weights = packed + phase.packed + panel * taps * s.from * panel_width;
    for (std::int64_t i = 0; i < count; i += block_rows) {
      with_rows(std::min<std::int64_t>(block_rows, count - i), [&](auto height) {
        constexpr int R = height;
        Block<R> block{};
        multiply<R>(block, pixels.samples.data() + i, count, taps, s.from, weights);
        finish<R>(s, block, pixels.outputs.data() + i, panel * panel_width, end, out);
      });
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
    at::parallel_for(0, panels * taps, 4, [&](std::int64_t begin, std::int64_t last) {
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
  const std::int64_t panels = panels_of(s.to);
  for (const Phase& phase : phases_of(s)) {
    const std::int64_t count = s.pictures * phase.y.count * phase.x.count;
    const std::int64_t chunks = (count + pixels_at_once - 1) / pixels_at_once;
    const std::int64_t groups = chunks == 0 || chunks >= 8 ? 1 : std::min(panels, (8 + chunks - 1) / chunks);
    at::parallel_for(0, chunks * groups, 1, [&](std::int64_t begin, std::int64_t last) {
      static thread_local Pixels pixels;
      for (std::int64_t i = begin; i < last; ++i) {
        const std::int64_t first = i / groups * pixels_at_once, group = i % groups;
        pixels.find(s, phase, x, first, std::min(pixels_at_once, count - first));
        run_pixels(s, phase, pixels, packed, group * panels / groups, (group + 1) * panels / groups, end, out);
      }
    });
  }
}

void weight_gradient(const Shape& s, const float* x, const float* dy, float* gradient) {
  const Phase phase = phases_of(s).front();
  const std::int64_t count = s.pictures * s.out_height * s.out_width;
  const auto taps = static_cast<std::int64_t>(phase.taps.size());
  const std::int64_t groups = (s.from + 47) / 48, at_once = 4096;
  std::fill_n(gradient, taps * s.from * s.to, 0.0F);
  Pixels pixels;
  for (std::int64_t first = 0; first < count; first += at_once) {
    const std::int64_t here = std::min(at_once, count - first);
    pixels.find(s, phase, x, first, here);
    at::parallel_for(0, taps * groups, 1, [&](std::int64_t begin, std::int64_t last) {
      for (std::int64_t i = begin; i < last; ++i) {
        const float* const* samples = pixels.samples.data() + i / groups * here;
        float* sums = gradient + i / groups * s.from * s.to;
        const std::int64_t row = i % groups * 48;
        for (std::int64_t part = 0; part < here; part += 128) {
          add_products(samples + part, dy + (first + part) * s.to, std::min<std::int64_t>(128, here - part), row,
                       std::min(s.from, row + 48), s.to, sums);
        }
      }
    });
  }
}

}  // namespace ganvas::ops::direct
GANVAS_VECTOR_END
