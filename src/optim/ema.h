#pragma once
// The exponential moving average of a generator: what people look at, and what a run leaves behind.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace ganvas::optim {

struct EmaStep {
  double images = 0;         ///< pictures that this step trained on
  double images_before = 0;  ///< pictures before this step
  double half_life = 0;      ///< pictures after which an old weight counts half; 0: no averaging
  double ramp = 0;           ///< the half-life is at most this fraction of images_before; 0: no ramp
};

/// The factor that keeps the old average: 0.5^(images / half-life), Karras et al. 2020 (ADA). 0 means "copy".
double ema_beta(const EmaStep& step);

/// average = beta * average + (1 - beta) * network, for parameters and for floating buffers alike: batch norm's running
/// statistics must belong to the averaged weights, not to the newest. Integer buffers, and buffers that are averages by
/// themselves (StyleGAN's mean style) or say where growing is, are copied. The two modules have the same structure.
/// beta 0 copies exactly.
void update_ema(torch::nn::Module& average, const torch::nn::Module& network, double beta);

}  // namespace ganvas::optim
