#include "ops/conv/epilogue_gradient.h"

#include <cstring>

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {
namespace {

float sum_of(Float8 v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// What the gradient of an epilogue is made of, in a block of pixels.
struct WayBack {
  const PixelShape& shape;
  const Epilogue& end;
  const PixelBlock& block;
  const float* y;
  const float* dy;
  float* dx;
  float* sums;     // [1 or 2][channels]: of the bias, and of the scale
  Float8* across;  // [pixels]: over the channels, eight by eight
};

GANVAS_INLINE inline void add_across(Float8& sum, const Float8& v) {
  sum += v;
}
GANVAS_INLINE inline void add_across(Float8& sum, const Float16& v) {
  Float8 halves[2];
  std::memcpy(&halves, &v, sizeof v);
  sum += halves[0];
  sum += halves[1];
}

/// A vector of channels from k on, of which `count` are real.
template <typename V, bool WithScale, bool WithNoise>
GANVAS_INLINE inline void way_back(const WayBack& w, std::int64_t k, std::int64_t count) {
  const PixelShape& s = w.shape;
  const Epilogue& end = w.end;
  const V zero = {}, top = splat<V>(end.clamp), bottom = -top;
  const V high_slope = splat<V>(end.gain), low_slope = splat<V>(end.gain * end.alpha);
  const V high_inverse = splat<V>(1 / end.gain), low_inverse = splat<V>(end.alpha > 0 ? 1 / (end.gain * end.alpha) : 0);
  const V scale =
      end.scale != nullptr ? load_some<V>(end.scale + w.block.picture * s.channels + k, count) : splat<V>(1);
  const V bias = end.bias != nullptr ? load_some<V>(end.bias + k, count) : zero;
  const float* noise = end.noise != nullptr ? end.noise + w.block.picture * end.noise_step + w.block.first : nullptr;
  V bias_sum = zero, scale_sum = zero;
  for (std::int64_t p = 0; p < w.block.count; ++p) {
    const std::int64_t at = ((w.block.picture * s.pixels) + w.block.first + p) * s.channels + k;
    const V value = load_some<V>(w.y + at, count);
    V slope = value > zero ? high_slope : low_slope;
    if (end.clamp >= 0) {
      slope = value < top ? slope : zero;
      slope = value > bottom ? slope : zero;
    }
    const V dz = load_some<V>(w.dy + at, count) * slope;
    bias_sum += dz;
    if constexpr (WithScale) {
      V before = value * (value > zero ? high_inverse : low_inverse) - bias;
      if (noise != nullptr) before -= splat<V>(noise[p]);
      scale_sum += dz * before;
    }
    if constexpr (WithNoise) add_across(w.across[p], dz);
    store_some<V>(w.dx + at, dz * scale, count);
  }
  store_some<V>(w.sums + k, load_some<V>(w.sums + k, count) + bias_sum, count);
  if constexpr (WithScale) {
    float* to = w.sums + s.channels + k;
    store_some<V>(to, load_some<V>(to, count) + scale_sum, count);
  }
}

template <bool WithScale, bool WithNoise>
struct WayBackLoop {
  template <typename Widest>
  GANVAS_INLINE static void run(const WayBack& w) {
    const std::int64_t whole = w.shape.channels / 8 * 8;
    over_channels<Widest>(whole, [&](auto kind, std::int64_t k) GANVAS_INLINE {
      using V = typename decltype(kind)::type;
      way_back<V, WithScale, WithNoise>(w, k, lanes_of<V>);
    });
    if (whole < w.shape.channels) way_back<Float8, WithScale, WithNoise>(w, whole, w.shape.channels - whole);
  }
};

struct StyleGradientLoop {
  template <typename Widest>
  GANVAS_INLINE static void run(const PixelShape& s, const PixelBlock& block, const float* x, const float* style,
                                float* gradient, float* sums) {
    const std::int64_t whole = s.channels / 8 * 8;
    over_channels<Widest>(whole, [&](auto kind, std::int64_t k) GANVAS_INLINE {
      using V = typename decltype(kind)::type;
      channels<V>(s, block, x, style, gradient, sums, k, lanes_of<V>);
    });
    if (whole < s.channels) channels<Float8>(s, block, x, style, gradient, sums, whole, s.channels - whole);
  }

 private:
  template <typename V>
  GANVAS_INLINE static void channels(const PixelShape& s, const PixelBlock& block, const float* x, const float* style,
                                     float* gradient, float* sums, std::int64_t k, std::int64_t count) {
    const V scale = load_some<V>(style + block.picture * s.channels + k, count);
    V sum = {};
    for (std::int64_t p = 0; p < block.count; ++p) {
      const std::int64_t at = (block.picture * s.pixels + block.first + p) * s.channels + k;
      const V d = load_some<V>(gradient + at, count);
      sum += d * load_some<V>(x + at, count);
      store_some<V>(gradient + at, d * scale, count);
    }
    store_some<V>(sums + k, load_some<V>(sums + k, count) + sum, count);
  }
};

}  // namespace

void epilogue_gradient(const PixelShape& s, const Epilogue& end, const float* y, const float* dy, float* dx,
                       const EpilogueSums& sums) {
  const bool with_scale = sums.scale != nullptr, with_noise = sums.noise != nullptr;
  sum_over_pixels<2>(s, {sums.bias, sums.scale}, [&](const PixelBlock& block, float* own) {
    Float8 across[pixels_in_block] = {};
    const WayBack way{s, end, block, y, dy, dx, own, across};
    if (with_scale) {
      with_noise ? on_this_processor<WayBackLoop<true, true>>(way) : on_this_processor<WayBackLoop<true, false>>(way);
    } else {
      with_noise ? on_this_processor<WayBackLoop<false, true>>(way) : on_this_processor<WayBackLoop<false, false>>(way);
    }
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
    on_this_processor<StyleGradientLoop>(s, block, x, style, gradient, own);
  });
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
