#pragma once
// The arithmetic of bias_act, one element at a time: value, first and second derivative of
// clamp(gain * activation(v)), v = x + bias.

#include <cmath>
#include <cstdint>

#include "core/host_device.h"

namespace ganvas::ops {

enum class Activation { linear, relu, lrelu, tanh, sigmoid, elu, selu, softplus, swish };

/// What is computed from v and, for the derivatives, from gradients of the result.
enum class BiasActOrder {
  value,      ///< clamp(gain * f(v))
  slope,      ///< dy * d/dv
  curvature,  ///< ddx * dy * d2/dv2
};

template <typename T>
struct BiasActScale {
  T alpha = 0;   ///< slope of lrelu below zero
  T gain = 1;    ///< of the activation's result
  T clamp = -1;  ///< largest magnitude of the result; negative: no limit
};

template <typename T>
GANVAS_HD inline T sigmoid_of(T v) {
  return T(1) / (T(1) + std::exp(-v));
}

constexpr double selu_scale = 1.0507009873554804934193349852946;
constexpr double selu_alpha = 1.6732632423543772848170429916717;

template <Activation A, typename T>
GANVAS_HD inline T activation_value(T v, T alpha) {
  if constexpr (A == Activation::relu) return v > 0 ? v : T(0);
  if constexpr (A == Activation::lrelu) return v > 0 ? v : v * alpha;
  if constexpr (A == Activation::tanh) return std::tanh(v);
  if constexpr (A == Activation::sigmoid) return sigmoid_of(v);
  if constexpr (A == Activation::elu) return v > 0 ? v : std::expm1(v);
  if constexpr (A == Activation::selu) return T(selu_scale) * (v > 0 ? v : T(selu_alpha) * std::expm1(v));
  if constexpr (A == Activation::softplus) return (v > 0 ? v : T(0)) + std::log1p(std::exp(v > 0 ? -v : v));
  if constexpr (A == Activation::swish) return v * sigmoid_of(v);
  return v;
}

template <Activation A, typename T>
GANVAS_HD inline T activation_slope(T v, T alpha) {
  if constexpr (A == Activation::relu) return v > 0 ? T(1) : T(0);
  if constexpr (A == Activation::lrelu) return v > 0 ? T(1) : alpha;
  if constexpr (A == Activation::tanh) return T(1) - std::tanh(v) * std::tanh(v);
  if constexpr (A == Activation::sigmoid) return sigmoid_of(v) * (T(1) - sigmoid_of(v));
  if constexpr (A == Activation::elu) return v > 0 ? T(1) : std::exp(v);
  if constexpr (A == Activation::selu) return T(selu_scale) * (v > 0 ? T(1) : T(selu_alpha) * std::exp(v));
  if constexpr (A == Activation::softplus) return sigmoid_of(v);
  if constexpr (A == Activation::swish) return sigmoid_of(v) * (T(1) + v * (T(1) - sigmoid_of(v)));
  return T(1);
}

template <Activation A, typename T>
GANVAS_HD inline T activation_curvature(T v) {
  const T s = sigmoid_of(v);
  if constexpr (A == Activation::tanh) return T(-2) * std::tanh(v) * (T(1) - std::tanh(v) * std::tanh(v));
  if constexpr (A == Activation::sigmoid) return s * (T(1) - s) * (T(1) - T(2) * s);
  if constexpr (A == Activation::elu) return v > 0 ? T(0) : std::exp(v);
  if constexpr (A == Activation::selu) return v > 0 ? T(0) : T(selu_scale * selu_alpha) * std::exp(v);
  if constexpr (A == Activation::softplus) return s * (T(1) - s);
  if constexpr (A == Activation::swish) return s * (T(1) - s) * (T(2) + v * (T(1) - T(2) * s));
  return T(0);
}

template <Activation A, BiasActOrder Order, typename T>
GANVAS_HD inline T bias_act_element(const BiasActScale<T>& scale, T v, T dy, T ddx) {
  if constexpr (Order == BiasActOrder::value) {
    const T y = activation_value<A>(v, scale.alpha) * scale.gain;
    if (scale.clamp < 0) return y;
    return y > scale.clamp ? scale.clamp : (y < -scale.clamp ? -scale.clamp : y);
  } else {
    if (scale.clamp >= 0) {
      const T y = activation_value<A>(v, scale.alpha) * scale.gain;
      if (y > scale.clamp || y < -scale.clamp) return T(0);
    }
    if constexpr (Order == BiasActOrder::slope) return dy * (activation_slope<A>(v, scale.alpha) * scale.gain);
    return ddx * dy * (activation_curvature<A>(v) * scale.gain);
  }
}

/// Calls use.operator()<A>() with the activation as a constant.
template <typename Use>
inline auto with_activation(Activation activation, const Use& use) {
  switch (activation) {
    case Activation::relu:
      return use.template operator()<Activation::relu>();
    case Activation::lrelu:
      return use.template operator()<Activation::lrelu>();
    case Activation::tanh:
      return use.template operator()<Activation::tanh>();
    case Activation::sigmoid:
      return use.template operator()<Activation::sigmoid>();
    case Activation::elu:
      return use.template operator()<Activation::elu>();
    case Activation::selu:
      return use.template operator()<Activation::selu>();
    case Activation::softplus:
      return use.template operator()<Activation::softplus>();
    case Activation::swish:
      return use.template operator()<Activation::swish>();
    case Activation::linear:
      break;
  }
  return use.template operator()<Activation::linear>();
}

/// A whole tensor: element i has the bias (i / inner) % channels.
struct BiasActShape {
  std::int64_t count = 0, channels = 1, inner = 1;
  Activation activation = Activation::linear;
  BiasActOrder order = BiasActOrder::value;
  double alpha = 0, gain = 1, clamp = -1;
};

}  // namespace ganvas::ops
