// The critic loss with gradient penalty (Gulrajani et al. 2017): the penalty's parts, its gradients, and some Adam
// steps.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/optim/adam.h>

#include "io/open/open_model_file.h"
#include "parity/network_values.h"

namespace ganvas::parity {
namespace {

/// (norm of the critic's gradient - 1)^2, mean over pictures, with its parts.
struct Penalty {
  at::Tensor gradient;  // d critic / d picture [N, C, H, W]
  at::Tensor slopes;    // [N]
  at::Tensor value;     // scalar
};

Penalty penalty_at(models::Discriminator& critic, const at::Tensor& pictures) {
  const at::Tensor x = pictures.detach().requires_grad_();
  Penalty penalty;
  penalty.gradient = torch::autograd::grad({critic.forward(x, {}).sum()}, {x}, {}, std::nullopt, true)[0];
  penalty.slopes = penalty.gradient.square().sum({1, 2, 3}).sqrt();
  penalty.value = (penalty.slopes - 1).square().mean();
  return penalty;
}

}  // namespace

void check_wgan_gp(const Case& given, Comparison& comparison) {
  const Case subject = in_double(given);
  const io::WeightSet file = io::open_model_file(subject.file("critic")).networks.front().weights;
  const models::DiscriminatorPtr critic = models::make_discriminator(models::recognise_network(file).spec, at::kCPU);
  models::load_weights(*critic, file);
  critic->to(at::kDouble);
  const auto mixed = [&](const std::string& step) {
    const at::Tensor& real = subject.input(step + "real");
    return real + subject.input(step + "eps") * (subject.input(step + "fake") - real);
  };

  const Penalty first = penalty_at(*critic, mixed("it0."));
  comparison.compare("it0.slopes", first.slopes);
  comparison.compare("it0.gp", first.value);
  comparison.compare("it0.grad_x", first.gradient.narrow(0, 0, subject.tensors.at("it0.grad_x").shape.at(0)));
  first.value.backward();
  const std::vector<at::Tensor> gradients = gradients_of(*critic);
  for (std::size_t i = 0; const auto& item : critic->named_parameters())
    comparison.compare("it0.gp_grad." + item.key(), gradients[i++]);

  const auto betas = subject.config.at("betas").get<std::vector<double>>();
  const double lambda = subject.config.at("lambda_").get<double>();
  torch::optim::Adam optimizer(
      critic->parameters(),
      torch::optim::AdamOptions(subject.config.at("lr").get<double>()).betas({betas.at(0), betas.at(1)}));
  std::vector<at::Tensor> losses;
  const auto steps = subject.tensors.at("losses").shape.at(0);
  for (int i = 0; i < steps; ++i) {
    const std::string step = fmt::format("it{}.", i);
    optimizer.zero_grad();
    const at::Tensor wasserstein = critic->forward(subject.input(step + "fake"), {}).mean() -
                                   critic->forward(subject.input(step + "real"), {}).mean();
    const at::Tensor penalty = penalty_at(*critic, mixed(step)).value;
    const at::Tensor total = wasserstein + lambda * penalty;
    total.backward();
    optimizer.step();
    losses.push_back(at::stack({wasserstein, penalty, total}).detach());
  }
  comparison.compare("losses", at::stack(losses));
  compare_values(subject, comparison, "after.", *critic);
}

}  // namespace ganvas::parity
