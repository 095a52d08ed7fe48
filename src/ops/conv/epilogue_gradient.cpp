#include "ops/conv/epilogue_gradient.h"

#include <algorithm>

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {
namespace {

float sum_of(Float8 v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// Eight channels from k on of a block, of which `count` are real.
template <bool WithScale, bool WithNoise>
void way_back(const PixelShape& s, const Epilogue& end, const PixelBlock& block, std::int64_t k, std::int64_t count,
              const float* y, const float* dy, float* dx, float* sums, Float8* across) {
  const Float8 zero = {}, top = splat8(end.clamp), bottom = -top;
  const Float8 high_slope = splat8(end.gain), low_slope = splat8(end.gain * end.alpha);
  const Float8 high_inverse = splat8(1 / end.gain),
               low_inverse = splat8(end.alpha > 0 ? 1 / (end.gain * end.alpha) : 0);
  const Float8 scale = end.scale != nullptr ? load_some(end.scale + block.picture * s.channels + k, count) : splat8(1);
  const Float8 bias = end.bias != nullptr ? load_some(end.bias + k, count) : zero;
  const float* noise = end.noise != nullptr ? end.noise + block.picture * end.noise_step + block.first : nullptr;
  Float8 bias_sum = zero, scale_sum = zero;
  for (std::int64_t p = 0; p < block.count; ++p) {
    const std::int64_t at = ((block.picture * s.pixels) + block.first + p) * s.channels + k;
    const Float8 value = load_some(y + at, count);
    Float8 slope = value > zero ? high_slope : low_slope;
    if (end.clamp >= 0) {
      slope = value < top ? slope : zero;
      slope = value > bottom ? slope : zero;
    }
    const Float8 dz = load_some(dy + at, count) * slope;
    bias_sum += dz;
    if constexpr (WithScale) {
      Float8 before = value * (value > zero ? high_inverse : low_inverse) - bias;
      if (noise != nullptr) before -= splat8(noise[p]);
      scale_sum += dz * before;
    }
    if constexpr (WithNoise) across[p] += dz;
    store_some(dx + at, dz * scale, count);
  }
  store_some(sums + k, load_some(sums + k, count) + bias_sum, count);
  if constexpr (WithScale) {
    float* to = sums + s.channels + k;
    store_some(to, load_some(to, count) + scale_sum, count);
  }
}

}  // namespace

void epilogue_gradient(const PixelShape& s, const Epilogue& end, const float* y, const float* dy, float* dx,
                       const EpilogueSums& sums) {
  const bool with_scale = sums.scale != nullptr, with_noise = sums.noise != nullptr;
  const auto step = with_scale ? (with_noise ? way_back<true, true> : way_back<true, false>)
                               : (with_noise ? way_back<false, true> : way_back<false, false>);
  sum_over_pixels<2>(s, {sums.bias, sums.scale}, [&](const PixelBlock& block, float* own) {
    Float8 across[pixels_in_block] = {};
    for (std::int64_t k = 0; k < s.channels; k += 8)
      step(s, end, block, k, std::min<std::int64_t>(8, s.channels - k), y, dy, dx, own, across);
    if (!with_noise) return;
    float* to = sums.noise + block.picture * s.pixels + block.first;
    for (std::int64_t p = 0; p < block.count; ++p) to[p] = sum_of(across[p]);
  });
  if (!with_scale) return;
  // What was scaled, from what came of it.
  for (std::int64_t i = 0; i < s.pictures * s.channels; ++i) sums.scale[i] /= end.scale[i];
}

void style_gradient(const PixelShape& s, const float* x, const float* style, float* gradient, float* dstyle) {
  sum_over_pixels<1>(s, {dstyle}, [&](const PixelBlock& block, float* own) {
    for (std::int64_t k = 0; k < s.channels; k += 8) {
      const std::int64_t count = std::min<std::int64_t>(8, s.channels - k);
      const Float8 scale = load_some(style + block.picture * s.channels + k, count);
      Float8 sum = {};
      for (std::int64_t p = 0; p < block.count; ++p) {
        const std::int64_t at = (block.picture * s.pixels + block.first + p) * s.channels + k;
        const Float8 d = load_some(gradient + at, count);
        sum += d * load_some(x + at, count);
        store_some(gradient + at, d * scale, count);
      }
      store_some(own + k, load_some(own + k, count) + sum, count);
    }
  });
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
