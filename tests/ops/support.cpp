#include "ops/support.h"

#include <torch/csrc/autograd/autograd.h>

#include <ATen/CPUGeneratorImpl.h>

namespace ganvas::ops {
namespace {

at::Tensor noise_like(const at::Tensor& x, std::uint64_t seed) {
  return at::randn(x.sizes(), at::make_generator<at::CPUGeneratorImpl>(seed), x.options());
}

std::vector<at::Tensor> fresh_leaves(const std::vector<at::Tensor>& inputs) {
  std::vector<at::Tensor> leaves;
  for (const at::Tensor& input : inputs) leaves.push_back(input.detach().clone().requires_grad_());
  return leaves;
}

}  // namespace

double gradient_error(const Operator& op, const std::vector<at::Tensor>& inputs, double step) {
  const std::vector<at::Tensor> leaves = fresh_leaves(inputs);
  const at::Tensor y = op(leaves);
  const at::Tensor cotangent = noise_like(y, 1);
  const auto value = [&](const std::vector<at::Tensor>& at_inputs) {
    const at::NoGradGuard no_grad;
    return (op(at_inputs) * cotangent).sum().item<double>();
  };
  const auto gradients = torch::autograd::grad({(y * cotangent).sum()}, leaves, {}, std::nullopt, false, true);
  double worst = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const at::Tensor found = gradients[i].defined() ? gradients[i] : at::zeros_like(inputs[i]);
    for (std::int64_t j = 0; j < inputs[i].numel(); ++j) {
      double values[2];
      for (const int side : {0, 1}) {
        std::vector<at::Tensor> moved;
        for (const at::Tensor& input : inputs) moved.push_back(input.detach().clone());
        moved[i].view(-1)[j] += side == 0 ? -step : step;
        values[side] = value(moved);
      }
      const double numeric = (values[1] - values[0]) / (2 * step);
      worst = std::max(worst, std::abs(numeric - found.reshape(-1)[j].item<double>()));
    }
  }
  return worst;
}

double second_gradient_error(const Operator& op, const std::vector<at::Tensor>& inputs, double step) {
  const std::size_t count = inputs.size();
  std::vector<at::Tensor> all = inputs;
  all.push_back(noise_like(op(inputs), 2));
  const Operator gradients = [&](const std::vector<at::Tensor>& given) {
    const at::AutoGradMode with_grad(true);
    std::vector<at::Tensor> leaves;
    for (const at::Tensor& tensor : given)
      leaves.push_back(tensor.requires_grad() ? tensor : tensor.detach().requires_grad_());
    const std::vector<at::Tensor> wanted(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(count));
    const auto found =
        torch::autograd::grad({(op(wanted) * leaves.back()).sum()}, wanted, {}, std::nullopt, true, true);
    std::vector<at::Tensor> flat;
    for (std::size_t i = 0; i < count; ++i)
      flat.push_back((found[i].defined() ? found[i] : at::zeros_like(wanted[i])).reshape(-1));
    return at::cat(flat);
  };
  return gradient_error(gradients, all, step);
}

}  // namespace ganvas::ops
