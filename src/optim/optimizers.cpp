#include "optim/optimizers.h"

#include <torch/nn/module.h>
#include <torch/optim/adam.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <cmath>

#include "core/error.h"
#include "optim/fused_adam.h"

namespace ganvas::optim {
namespace {

namespace optim = torch::optim;

at::Tensor on_cpu(const at::Tensor& tensor) {
  return tensor.detach().to(at::kCPU, /*non_blocking=*/false, /*copy=*/true).contiguous();
}

at::Tensor step_count(std::int64_t step) {
  return at::scalar_tensor(step, at::kLong);
}

/// A tensor like `parameter` (its device and memory layout) with the saved values.
at::Tensor like(const at::Tensor& parameter, const io::WeightSet& from, const std::string& name) {
  const at::Tensor& saved = from.at(name);
  require(saved.sizes() == parameter.sizes(), "The checkpoint's \"{}\" has another shape than the network.", name);
  at::Tensor state = at::empty_like(parameter.detach());
  return state.copy_(saved);
}

/// Those of the mapping network last, in a group of their own where there are any, as they have their own rate.
std::vector<optim::OptimizerParamGroup> groups_of(const torch::nn::Module& network) {
  std::vector<at::Tensor> mapping, others;
  for (const auto& item : network.named_parameters())
    (item.key().starts_with("mapping.") ? mapping : others).push_back(item.value());
  std::vector<optim::OptimizerParamGroup> groups;
  groups.emplace_back(others);
  if (!mapping.empty()) groups.emplace_back(mapping);
  return groups;
}

}  // namespace

std::unique_ptr<optim::Optimizer> make_optimizer(const OptimizerSpec& spec, const torch::nn::Module& network,
                                                 int interval) {
  const std::vector<optim::OptimizerParamGroup> groups = groups_of(network);
  std::unique_ptr<optim::Optimizer> optimizer;
  if (spec.kind == "adam") {
    optimizer = std::make_unique<FusedAdam>(groups, optim::AdamOptions(spec.lr).eps(spec.eps));
  } else if (spec.kind == "sgd") {
    optimizer = std::make_unique<optim::SGD>(groups, optim::SGDOptions(spec.lr).momentum(spec.momentum));
  } else {
    require(spec.kind == "rmsprop", "There is no optimiser \"{}\"; known ones: adam, sgd, rmsprop.", spec.kind);
    optimizer =
        std::make_unique<optim::RMSprop>(groups, optim::RMSpropOptions(spec.lr).alpha(spec.alpha).eps(spec.eps));
  }
  set_rates(*optimizer, spec, interval);
  return optimizer;
}

void set_rates(optim::Optimizer& optimizer, const OptimizerSpec& spec, int interval) {
  const bool adam = dynamic_cast<optim::Adam*>(&optimizer) != nullptr;
  require(adam == (spec.kind == "adam"), "An optimiser cannot become another one while it works.");
  const double share = adam && interval > 1 ? static_cast<double>(interval) / (interval + 1) : 1.0;
  for (std::size_t i = 0; i < optimizer.param_groups().size(); ++i) {
    auto& group = optimizer.param_groups()[i];
    group.options().set_lr(spec.lr * share * (i > 0 ? spec.mapping_rate : 1.0));
    if (!adam) continue;
    static_cast<optim::AdamOptions&>(group.options()).betas({std::pow(spec.beta1, share), std::pow(spec.beta2, share)});
  }
}

void take_step(optim::Optimizer& optimizer) {
  optimizer.step();
  for (const auto& group : optimizer.param_groups())
    for (const at::Tensor& parameter : group.params()) parameter.unsafeGetTensorImpl()->bump_version();
}

void append_state(const optim::Optimizer& optimizer, const torch::nn::Module& network, const std::string& prefix,
                  io::WeightSet& out) {
  for (const auto& item : network.named_parameters()) {
    const auto found = optimizer.state().find(item.value().unsafeGetTensorImpl());
    if (found == optimizer.state().end()) continue;
    const std::string name = prefix + item.key();
    if (const auto* adam = dynamic_cast<const optim::AdamParamState*>(found->second.get())) {
      out.set(name + ".step", step_count(adam->step()));
      out.set(name + ".exp_avg", on_cpu(adam->exp_avg()));
      out.set(name + ".exp_avg_sq", on_cpu(adam->exp_avg_sq()));
    } else if (const auto* rms = dynamic_cast<const optim::RMSpropParamState*>(found->second.get())) {
      out.set(name + ".step", step_count(rms->step()));
      out.set(name + ".square_avg", on_cpu(rms->square_avg()));
    } else if (const auto* sgd = dynamic_cast<const optim::SGDParamState*>(found->second.get())) {
      if (sgd->momentum_buffer().defined()) out.set(name + ".momentum", on_cpu(sgd->momentum_buffer()));
    }
  }
}

void restore_state(optim::Optimizer& optimizer, const torch::nn::Module& network, const std::string& prefix,
                   const io::WeightSet& from) {
  const at::NoGradGuard no_grad;
  optimizer.state().clear();
  for (const auto& item : network.named_parameters()) {
    const std::string name = prefix + item.key();
    void* key = item.value().unsafeGetTensorImpl();
    if (dynamic_cast<optim::Adam*>(&optimizer) != nullptr && from.contains(name + ".step")) {
      auto state = std::make_unique<optim::AdamParamState>();
      state->step(from.at(name + ".step").item<std::int64_t>());
      state->exp_avg(like(item.value(), from, name + ".exp_avg"));
      state->exp_avg_sq(like(item.value(), from, name + ".exp_avg_sq"));
      optimizer.state()[key] = std::move(state);
    } else if (dynamic_cast<optim::RMSprop*>(&optimizer) != nullptr && from.contains(name + ".step")) {
      auto state = std::make_unique<optim::RMSpropParamState>();
      state->step(from.at(name + ".step").item<std::int64_t>());
      state->square_avg(like(item.value(), from, name + ".square_avg"));
      optimizer.state()[key] = std::move(state);
    } else if (dynamic_cast<optim::SGD*>(&optimizer) != nullptr && from.contains(name + ".momentum")) {
      auto state = std::make_unique<optim::SGDParamState>();
      state->momentum_buffer(like(item.value(), from, name + ".momentum"));
      optimizer.state()[key] = std::move(state);
    }
  }
}

int state_tensors(const OptimizerSpec& spec) {
  if (spec.kind == "adam") return 2;
  if (spec.kind == "rmsprop") return 1;
  return spec.momentum > 0 ? 1 : 0;
}

}  // namespace ganvas::optim
