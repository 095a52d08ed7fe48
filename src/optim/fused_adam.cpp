#include "optim/fused_adam.h"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "core/error.h"

namespace ganvas::optim {
namespace {

using torch::optim::AdamOptions;
using torch::optim::AdamParamState;

/// What the operator takes, a row for each parameter.
struct Rows {
  std::vector<at::Tensor> parameters, gradients, averages, squares, steps;
};

/// The operator walks through the memory of all four tensors alike.
at::Tensor laid_out_as(const at::Tensor& parameter, const at::Tensor& gradient) {
  if (gradient.strides() == parameter.strides()) return gradient;
  return at::empty_like(parameter).copy_(gradient);
}

AdamParamState& state_of(torch::optim::Optimizer& optimizer, const at::Tensor& parameter) {
  auto& state = optimizer.state()[parameter.unsafeGetTensorImpl()];
  if (!state) {
    auto fresh = std::make_unique<AdamParamState>();
    fresh->step(0);
    fresh->exp_avg(at::zeros_like(parameter));
    fresh->exp_avg_sq(at::zeros_like(parameter));
    state = std::move(fresh);
  }
  return static_cast<AdamParamState&>(*state);
}

}  // namespace

at::Tensor FusedAdam::step(LossClosure closure) {
  require(!closure, "This optimiser takes no closure.");
  const at::NoGradGuard no_grad;
  for (const auto& group : param_groups()) {
    const auto& options = static_cast<const AdamOptions&>(group.options());
    Rows rows;
    std::map<std::int64_t, at::Tensor> counts;  // as a rule one for all parameters
    for (const at::Tensor& parameter : group.params()) {
      if (!parameter.grad().defined()) continue;
      AdamParamState& state = state_of(*this, parameter);
      state.step(state.step() + 1);
      at::Tensor& count = counts[state.step()];
      if (!count.defined())
        count = at::full({}, static_cast<double>(state.step()), parameter.options().dtype(at::kFloat));
      rows.parameters.push_back(parameter);
      rows.gradients.push_back(laid_out_as(parameter, parameter.grad()));
      rows.averages.push_back(state.exp_avg());
      rows.squares.push_back(state.exp_avg_sq());
      rows.steps.push_back(count);
    }
    if (rows.parameters.empty()) continue;
    const auto [beta1, beta2] = options.betas();
    at::_fused_adam_(rows.parameters, rows.gradients, rows.averages, rows.squares, /*max_exp_avg_sqs=*/{}, rows.steps,
                     options.lr(), beta1, beta2, /*weight_decay=*/0, options.eps(), /*amsgrad=*/false,
                     /*maximize=*/false);
  }
  return {};
}

}  // namespace ganvas::optim
