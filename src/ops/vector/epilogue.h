#pragma once
// What follows a convolution in StyleGAN2, done while its sums are still in registers: the scale of each output
// channel, noise, bias, leaky ReLU, gain and clamp.

#include "ops/vector/vectors.h"

namespace ganvas::ops {

/// clamp(gain * lrelu(sum * scale + noise + bias)); what is null is left out.
struct Epilogue {
  const float* scale = nullptr;  ///< [pictures, channels]
  const float* noise = nullptr;  ///< [height * width], `noise_step` floats on for each picture
  std::int64_t noise_step = 0;
  const float* bias = nullptr;  ///< [channels]
  float alpha = 1;              ///< slope below zero, 0..1; 1: linear
  float gain = 1;
  float clamp = -1;  ///< largest magnitude; negative: no limit
};

}  // namespace ganvas::ops

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {

/// A vector of channels from `channel` on of one pixel; `count` of them are real.
template <typename V>
GANVAS_INLINE inline V finished(const Epilogue& end, V v, std::int64_t channels, std::int64_t picture,
                                std::int64_t pixel, std::int64_t channel, std::int64_t count) {
  if (end.scale != nullptr) v *= load_some<V>(end.scale + picture * channels + channel, count);
  if (end.noise != nullptr) v += splat<V>(end.noise[picture * end.noise_step + pixel]);
  if (end.bias != nullptr) v += load_some<V>(end.bias + channel, count);
  const V low = v * splat<V>(end.alpha);
  v = (v > low ? v : low) * splat<V>(end.gain);
  if (end.clamp >= 0) {
    const V top = splat<V>(end.clamp), bottom = -top;
    v = v > top ? top : v;
    v = v < bottom ? bottom : v;
  }
  return v;
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
