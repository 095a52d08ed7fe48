// Two iterations of NVIDIA's training loop: four phases with lazy regularisation, Adam, and the average of G.
#include "parity/network_values.h"

#include <torch/nn/module.h>
#include "optim/ema.h"
#include "parity/stylegan2_networks.h"
#include "train/step/gan_step.h"

namespace ganvas::parity {
namespace {

constexpr int g_interval = 4, d_interval = 16;

train::LossSpec loss_of_the_program() {
  train::LossSpec loss;
  loss.kind = "logistic";
  loss.generator_first = true;
  loss.r1_gamma = 10;
  loss.r1_interval = d_interval;
  loss.path_weight = 2;
  loss.path_interval = g_interval;
  return loss;
}

/// The run by the code that trains, with the file's inputs.
struct Run {
  const Case& subject;
  Networks& networks;
  train::GanStep step;

  Run(const Case& given, Networks& made)
      : subject(given),
        networks(made),
        step(loss_of_the_program(), optim::OptimizerSpec{.lr = 0.0025, .beta1 = 0, .beta2 = 0.99},
             optim::OptimizerSpec{.lr = 0.0025, .beta1 = 0, .beta2 = 0.99}, made.g, made.d) {}

  at::Tensor input(int iteration, const std::string& name) const {
    return subject.input(fmt::format("train.it{}.{}", iteration, name));
  }

  void iterate(int iteration, const at::Tensor& real) {
    const train::FakeInputs constant{.noise_mode = "const"};
    step.train_generator({.z = input(iteration, "Gmain.z"), .fakes = constant});
    if (iteration % g_interval == 0) {
      const at::Tensor noise = input(iteration, "Greg.pl_noise_raw");
      const at::Tensor z = input(iteration, "Greg.z").narrow(0, 0, noise.size(0));
      step.regularize_generator({.z = z, .noise = noise, .fakes = constant});
    }
    step.train_discriminator({.reals = real, .z = input(iteration, "Dmain.z"), .fakes = constant});
    if (iteration % d_interval == 0) step.regularize_discriminator(real, {});
  }
};

/// Returns the share of the old average that stays.
double average(Networks& networks, std::int64_t batch, std::int64_t images) {
  const double beta = optim::ema_beta({.images = static_cast<double>(batch),
                                       .images_before = static_cast<double>(images),
                                       .half_life = 10'000,
                                       .ramp = 0.05});
  optim::update_ema(*networks.ema, *networks.g, beta);
  return beta;
}

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
  Run run(subject, networks);
  std::int64_t images = 0;
  int iteration = 0;
  for (; subject.tensors.contains(fmt::format("train.it{}.real_u8", iteration)); ++iteration) {
    const at::Tensor real = run.input(iteration, "real_u8").to(at::kDouble) / 127.5 - 1;
    run.iterate(iteration, real);
    const std::string prefix = fmt::format("train.it{}.", iteration);
    comparison.compare(prefix + "ema_beta", at::tensor(average(networks, real.size(0), images), at::kDouble));
    comparison.compare(prefix + "G.w_avg", networks.g->named_buffers()["mapping.w_avg"]);
    comparison.compare(prefix + "pl_mean", run.step.path_mean());
    images += real.size(0);
  }
  const at::NoGradGuard no_grad;
  const std::string after = fmt::format("train.after{}.", iteration);
  compare_after(subject, comparison, after + "G.", *networks.g, "G_param_order");
  compare_after(subject, comparison, after + "D.", *networks.d, "D_param_order");
  compare_after(subject, comparison, after + "G_ema.", *networks.ema, "G_param_order");
  comparison.compare(after + "D_real_logits", networks.d->forward(subject.input("real_img"), {}));
  comparison.compare(after + "img_ema_const",
                     networks.ema->synthesize(networks.ema->map(subject.input("z"), {}, {}), {}));
}

}  // namespace ganvas::parity
