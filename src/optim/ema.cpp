#include "optim/ema.h"

#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>

namespace ganvas::optim {

double ema_beta(const EmaStep& step) {
  double half_life = step.half_life;
  if (step.ramp > 0) half_life = std::min(half_life, step.images_before * step.ramp);
  return half_life <= 0 ? 0.0 : std::pow(0.5, step.images / half_life);
}

void update_ema(torch::nn::Module& average, const torch::nn::Module& network, double beta) {
  const at::NoGradGuard no_grad;
  const auto blend = [beta](at::Tensor old_value, const at::Tensor& new_value) {
    if (beta > 0 && old_value.is_floating_point()) {
      old_value.lerp_(new_value, 1.0 - beta);
    } else {
      old_value.copy_(new_value);
    }
  };
  const auto old_parameters = average.parameters();
  const auto new_parameters = network.parameters();
  for (std::size_t i = 0; i < old_parameters.size(); ++i) blend(old_parameters[i], new_parameters[i]);
  const auto new_buffers = network.buffers();
  std::size_t i = 0;
  for (const auto& item : average.named_buffers()) {
    at::Tensor old_value = item.value();
    const at::Tensor& new_value = new_buffers[i++];
    if (item.key().ends_with("_avg") || item.key().ends_with("_ema") || item.key().ends_with("lod")) {
      old_value.copy_(new_value);
    } else {
      blend(old_value, new_value);
    }
  }
}

}  // namespace ganvas::optim
