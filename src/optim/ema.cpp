#include "optim/ema.h"

#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace ganvas::optim {

double ema_beta(const EmaStep& step) {
  double half_life = step.half_life;
  if (step.ramp > 0) half_life = std::min(half_life, step.images_before * step.ramp);
  return half_life <= 0 ? 0.0 : std::pow(0.5, step.images / half_life);
}

void update_ema(torch::nn::Module& average, const torch::nn::Module& network, double beta) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> blended, towards, copied, from;
  const auto add = [&](const at::Tensor& old_value, const at::Tensor& new_value, bool blend) {
    (blend ? blended : copied).push_back(old_value);
    (blend ? towards : from).push_back(new_value);
  };
  const auto moves = [beta](const at::Tensor& value) { return beta > 0 && value.is_floating_point(); };
  const auto old_parameters = average.parameters();
  const auto new_parameters = network.parameters();
  for (std::size_t i = 0; i < old_parameters.size(); ++i)
    add(old_parameters[i], new_parameters[i], moves(old_parameters[i]));
  const auto new_buffers = network.buffers();
  std::size_t i = 0;
  for (const auto& item : average.named_buffers()) {
    const std::string& name = item.key();
    const bool itself = name.ends_with("_avg") || name.ends_with("_ema") || name.ends_with("lod");
    add(item.value(), new_buffers[i++], !itself && moves(item.value()));
  }
  // One call for all of them: a network has a hundred small tensors.
  if (!blended.empty()) at::_foreach_lerp_(blended, towards, 1.0 - beta);
  if (!copied.empty()) at::_foreach_copy_(copied, from);
}

}  // namespace ganvas::optim
