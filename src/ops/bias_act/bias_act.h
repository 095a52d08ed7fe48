#pragma once
// Bias, activation, gain and clamp in one pass over memory: what follows each layer of StyleGAN2 (Karras et al. 2019).

#include <ATen/ATen.h>

#include <optional>
#include <string>

#include "ops/bias_act/bias_act_element.h"

namespace ganvas::ops {

/// Throws Error naming the choices: linear, relu, lrelu, tanh, sigmoid, elu, selu, softplus, swish.
Activation activation_of(const std::string& name);
/// The gain that keeps the variance: sqrt(2) for relu, lrelu and swish, 1 for the others.
double activation_gain(Activation activation);

struct BiasActOptions {
  Activation activation = Activation::linear;
  int dim = 1;                  ///< dimension of x that the bias belongs to
  double alpha = 0.2;           ///< lrelu's slope below zero
  std::optional<double> gain;   ///< unset: activation_gain
  std::optional<double> clamp;  ///< limits the result to -clamp..clamp; unset: no limit
};

/// x of any shape, half, float or double; bias [x.size(dim)] or undefined -> clamp(gain * activation(x + bias)).
/// Differentiable twice in x and bias (any number of times where the activation is piecewise linear). Keeps x's memory
/// format where that is channels-last and dim is 1.
at::Tensor bias_act(const at::Tensor& x, const at::Tensor& bias, const BiasActOptions& options = {});

}  // namespace ganvas::ops
