// Two iterations of NVIDIA's training loop: four phases with lazy regularisation, Adam, and the average of G.
#include <cmath>

#include "parity/network_values.h"
#include "parity/stylegan2_networks.h"
#include "train/regularizers.h"

namespace ganvas::parity {
namespace {

constexpr double learning_rate = 0.0025, beta2 = 0.99;
constexpr int g_interval = 4, d_interval = 16;

/// Adam for a network that is regularised every `interval` iterations only (Karras et al. 2019, appendix B).
torch::optim::Adam lazy_adam(const torch::nn::Module& network, int interval) {
  const double share = static_cast<double>(interval) / (interval + 1);
  return torch::optim::Adam(
      network.parameters(),
      torch::optim::AdamOptions(learning_rate * share).betas({0.0, std::pow(beta2, share)}).eps(1e-8));
}

/// State of the run.
struct Run {
  const Case& subject;
  Networks& networks;
  torch::optim::Adam g_adam, d_adam;
  at::Tensor pl_mean = at::zeros({}, at::kDouble);

  at::Tensor input(int iteration, const std::string& name) const {
    return subject.input(fmt::format("train.it{}.{}", iteration, name));
  }
  at::Tensor styles(const at::Tensor& z) const { return networks.g->map(z, {}, {.update_average = true}); }

  void train_generator(int iteration, bool regularise) {
    networks.g->zero_grad();
    const at::Tensor fakes = networks.g->synthesize(styles(input(iteration, "Gmain.z")), {});
    at::softplus(-networks.d->forward(fakes, {})).mean().backward();
    g_adam.step();
    if (!regularise) return;
    networks.g->zero_grad();
    const at::Tensor noise = input(iteration, "Greg.pl_noise_raw");
    const at::Tensor w = styles(input(iteration, "Greg.z").narrow(0, 0, noise.size(0)));
    const at::Tensor pictures = networks.g->synthesize(w, {});
    const PathLength path = path_length({.pictures = pictures, .w = w, .noise = noise, .mean = pl_mean, .decay = 0.01});
    // Parameters that the penalty does not reach take part with a gradient of 0: Adam's averages of theirs decay.
    (path.penalty.mean() * (2.0 * g_interval) + pictures.sum() * 0).backward();
    pl_mean = path.mean;
    g_adam.step();
  }

  void train_discriminator(int iteration, const at::Tensor& real, bool regularise) {
    networks.d->zero_grad();
    at::Tensor fakes;
    {
      const torch::NoGradGuard no_grad;
      fakes = networks.g->synthesize(styles(input(iteration, "Dmain.z")), {});
    }
    (at::softplus(networks.d->forward(fakes, {})).mean() + at::softplus(-networks.d->forward(real, {})).mean())
        .backward();
    d_adam.step();
    if (!regularise) return;
    networks.d->zero_grad();
    const at::Tensor seen = real.clone().requires_grad_();
    const at::Tensor logits = networks.d->forward(seen, {});
    (r1_penalty(logits, seen).mean() * (10.0 / 2 * d_interval) + logits.sum() * 0).backward();
    d_adam.step();
  }

  /// Returns the share of the old average that stays.
  double average(std::int64_t batch, std::int64_t images) {
    const torch::NoGradGuard no_grad;
    const double half_life = std::min(10'000.0, static_cast<double>(images) * 0.05);
    const double beta = std::pow(0.5, static_cast<double>(batch) / std::max(half_life, 1e-8));
    auto averages = networks.ema->named_parameters();
    for (const auto& item : networks.g->named_parameters())
      averages[item.key()].copy_(at::lerp(item.value(), averages[item.key()], beta));
    auto buffers = networks.ema->named_buffers();
    for (const auto& item : networks.g->named_buffers()) buffers[item.key()].copy_(item.value());
    return beta;
  }
};

void compare_after(const Case& subject, Comparison& comparison, const std::string& prefix,
                   const torch::nn::Module& network, const char* order) {
  compare_values(subject, comparison, prefix, network);
  const auto parameters = network.named_parameters();
  std::vector<at::Tensor> ordered;
  for (const Json& name : subject.config.at(order)) ordered.push_back(parameters[name.get<std::string>()]);
  comparison.compare(prefix + "param_norms", norms(ordered));
}

}  // namespace

void check_stylegan2_training(const Case& given, Comparison& comparison) {
  const Case subject = in_double(given);
  Networks networks(subject, at::kDouble);
  Run run{subject, networks, lazy_adam(*networks.g, g_interval), lazy_adam(*networks.d, d_interval)};
  std::int64_t images = 0;
  int iteration = 0;
  for (; subject.tensors.contains(fmt::format("train.it{}.real_u8", iteration)); ++iteration) {
    const at::Tensor real = run.input(iteration, "real_u8").to(at::kDouble) / 127.5 - 1;
    run.train_generator(iteration, iteration % g_interval == 0);
    run.train_discriminator(iteration, real, iteration % d_interval == 0);
    const std::string prefix = fmt::format("train.it{}.", iteration);
    comparison.compare(prefix + "ema_beta", at::tensor(run.average(real.size(0), images), at::kDouble));
    comparison.compare(prefix + "G.w_avg", networks.g->named_buffers()["mapping.w_avg"]);
    comparison.compare(prefix + "pl_mean", run.pl_mean);
    images += real.size(0);
  }
  const torch::NoGradGuard no_grad;
  const std::string after = fmt::format("train.after{}.", iteration);
  compare_after(subject, comparison, after + "G.", *networks.g, "G_param_order");
  compare_after(subject, comparison, after + "D.", *networks.d, "D_param_order");
  compare_after(subject, comparison, after + "G_ema.", *networks.ema, "G_param_order");
  comparison.compare(after + "D_real_logits", networks.d->forward(subject.input("real_img"), {}));
  comparison.compare(after + "img_ema_const",
                     networks.ema->synthesize(networks.ema->map(subject.input("z"), {}, {}), {}));
}

}  // namespace ganvas::parity
