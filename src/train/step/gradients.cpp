#include "train/step/gradients.h"

#include <torch/nn/module.h>

namespace ganvas::train {

at::Tensor gradient_norm(const torch::nn::Module& network) {
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& parameter : network.parameters()) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  return at::stack(at::_foreach_norm(gradients)).norm();
}

void sum_over_ranks(const torch::nn::Module& network, const std::vector<at::Tensor*>& figures,
                    const std::function<void(at::Tensor&)>& all_reduce) {
  const at::NoGradGuard no_grad;
  const std::vector<at::Tensor> parameters = network.parameters();
  const at::TensorOptions options = parameters.front().options().requires_grad(false);
  std::vector<at::Tensor> pieces;
  std::vector<double> present;  // which parameters have a gradient here
  for (const at::Tensor& parameter : parameters) {
    const at::Tensor& gradient = parameter.grad();
    present.push_back(gradient.defined() ? 1 : 0);
    pieces.push_back(gradient.defined() ? gradient.reshape({-1}) : at::zeros({parameter.numel()}, options));
  }
  for (const at::Tensor* figure : figures) pieces.push_back(figure->to(options).reshape({1}));
  pieces.push_back(at::tensor(present, at::kDouble).to(options));
  at::Tensor flat = at::cat(pieces);
  all_reduce(flat);

  const auto count = static_cast<std::int64_t>(parameters.size());
  std::int64_t at = 0;
  const std::int64_t marks = flat.numel() - count;
  const bool all_have = std::find(present.begin(), present.end(), 0.0) == present.end();
  const at::Tensor anywhere = all_have ? at::Tensor() : flat.narrow(0, marks, count).to(at::kCPU, at::kDouble);
  for (std::int64_t i = 0; i < count; ++i) {
    at::Tensor parameter = parameters[static_cast<std::size_t>(i)];
    const at::Tensor sum = flat.narrow(0, at, parameter.numel()).view(parameter.sizes());
    at += parameter.numel();
    if (anywhere.defined() && anywhere[i].item<double>() == 0) continue;
    if (!parameter.grad().defined()) parameter.mutable_grad() = at::empty_like(parameter, options);
    parameter.mutable_grad().copy_(sum);
  }
  for (at::Tensor* figure : figures) *figure = flat[at++].clone();
}

}  // namespace ganvas::train
