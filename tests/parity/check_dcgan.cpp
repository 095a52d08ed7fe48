// PyTorch's DCGAN example: forward in both modes, losses, gradients, and five steps of four label and optimiser
// variants.
#include <gtest/gtest.h>
#include <torch/nn/module.h>
#include <torch/optim/adam.h>
#include <torch/optim/optimizer.h>
#include <torch/optim/sgd.h>

#include "io/open/open_model_file.h"
#include "models/generator.h"
#include "parity/network_values.h"
#include "train/loss/losses.h"

namespace ganvas::parity {
namespace {

/// Both networks of the case, freshly loaded from its files.
struct Networks {
  models::GeneratorPtr g;
  models::DiscriminatorPtr d;

  explicit Networks(const Case& subject) {
    const io::WeightSet g_file = io::open_model_file(subject.file("netG")).networks.front().weights;
    const io::WeightSet d_file = io::open_model_file(subject.file("netD")).networks.front().weights;
    g = models::make_generator(models::recognise(g_file), at::kCPU);
    models::load_weights(*g, g_file);
    d = models::make_discriminator(models::recognise_network(d_file).spec, at::kCPU);
    models::load_weights(*d, d_file);
    g->to(at::kDouble);
    d->to(at::kDouble);
  }

  at::Tensor pictures(const at::Tensor& z) const { return g->synthesize(g->map(z.flatten(1), {}, {}), {}); }
  at::Tensor logits(const at::Tensor& x) const { return d->forward(x, {}); }
  void set_training(bool on) const {
    g->train(on);
    d->train(on);
  }
};

at::Tensor bce(const at::Tensor& logits, double target) {
  return train::logit_cross_entropy(logits, at::full_like(logits, target));
}

void compare_tensors(const Case& subject, Comparison& comparison, const std::string& prefix,
                     const torch::nn::Module& network, bool gradients) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& item : network.named_parameters())
    tensors[item.key()] = gradients ? item.value().grad() : item.value();
  if (!gradients) {
    for (const auto& item : network.named_buffers()) tensors[item.key()] = item.value();
  }
  for (const auto& [key, info] : subject.tensors) {
    if (!key.starts_with(prefix)) continue;
    const auto found = tensors.find(key.substr(prefix.size()));
    if (found != tensors.end()) comparison.compare(key, found->second);
  }
}

void check_forward(const Case& subject, Comparison& comparison) {
  const at::NoGradGuard no_grad;
  const Networks networks(subject);
  networks.set_training(false);
  comparison.compare("eval.G_out", networks.pictures(subject.input("z")));
  comparison.compare("eval.D_out", networks.logits(subject.input("real")).sigmoid());
  networks.set_training(true);
  comparison.compare("train.G_out", networks.pictures(subject.input("z")));
  compare_tensors(subject, comparison, "train.G_buffers_after.", *networks.g, false);
  comparison.compare("train.D_out", networks.logits(subject.input("real")).sigmoid());
}

void check_gradients(const Case& subject, Comparison& comparison) {
  const Networks networks(subject);
  networks.set_training(true);
  const at::Tensor fake = networks.pictures(subject.input("zb"));
  const at::Tensor g_loss = bce(networks.logits(fake), 1.0);
  g_loss.backward();
  comparison.compare("grad.G_loss", g_loss);
  compare_tensors(subject, comparison, "grad.G.", *networks.g, true);
  std::vector<at::Tensor> gradients;
  for (const auto& parameter : networks.g->parameters()) gradients.push_back(parameter.grad());
  comparison.compare("grad.G.norms", norms(gradients));

  networks.d->zero_grad();
  const at::Tensor real_loss = bce(networks.logits(subject.input("real")), 1.0);
  const at::Tensor fake_loss = bce(networks.logits(fake.detach()), 0.0);
  (real_loss + fake_loss).backward();
  comparison.compare("grad.D_loss_real", real_loss);
  comparison.compare("grad.D_loss_fake", fake_loss);
  compare_tensors(subject, comparison, "grad.D.", *networks.d, true);
  gradients.clear();
  for (const auto& parameter : networks.d->parameters()) gradients.push_back(parameter.grad());
  comparison.compare("grad.D.norms", norms(gradients));
}

/// How one of the trajectories differs from the example program.
struct Variant {
  const char* name;
  double real_target = 1.0;
  bool uniform = false;  ///< reals 0.8 + 0.2 u, fakes 0.2 u
  bool sgd = false;      ///< SGD for the discriminator
};

void check_trajectory(const Case& subject, Comparison& comparison, const Variant& variant) {
  const Networks networks(subject);
  networks.set_training(true);
  const double lr = subject.config.at("lr").get<double>();
  const auto adam = torch::optim::AdamOptions(lr).betas({0.5, 0.999});
  torch::optim::Adam g_optimizer(networks.g->parameters(), adam);
  std::unique_ptr<torch::optim::Optimizer> d_optimizer;
  if (variant.sgd) {
    d_optimizer = std::make_unique<torch::optim::SGD>(networks.d->parameters(), torch::optim::SGDOptions(lr));
  } else {
    d_optimizer = std::make_unique<torch::optim::Adam>(networks.d->parameters(), adam);
  }
  const int steps = subject.config.at("it").get<int>();
  std::vector<at::Tensor> losses;
  for (int i = 0; i < steps; ++i) {
    const std::string it = "it" + std::to_string(i) + ".";
    const std::int64_t scale = networks.g->spec().resolution / subject.input(it + "real").size(2);
    const at::Tensor real = subject.input(it + "real").repeat_interleave(scale, 2).repeat_interleave(scale, 3);
    at::Tensor real_target = at::full({real.size(0), 1}, variant.real_target, real.options());
    at::Tensor fake_target = at::zeros({real.size(0), 1}, real.options());
    if (variant.uniform) {
      real_target = (0.8 + 0.2 * subject.input(it + "u_real")).unsqueeze(1);
      fake_target = (0.2 * subject.input(it + "u_fake")).unsqueeze(1);
    }
    networks.d->zero_grad();
    const at::Tensor real_loss = train::logit_cross_entropy(networks.logits(real), real_target);
    real_loss.backward();
    const at::Tensor fake = networks.pictures(subject.input(it + "z"));
    const at::Tensor fake_loss = train::logit_cross_entropy(networks.logits(fake.detach()), fake_target);
    fake_loss.backward();
    d_optimizer->step();
    networks.g->zero_grad();
    const at::Tensor g_loss = bce(networks.logits(fake), 1.0);
    g_loss.backward();
    g_optimizer.step();
    losses.push_back(at::stack({real_loss, fake_loss, g_loss}).detach());
  }
  const std::string prefix = std::string(variant.name) + ".";
  comparison.compare(prefix + "losses", at::stack(losses));
  compare_tensors(subject, comparison, prefix + "G.", *networks.g, false);
  compare_tensors(subject, comparison, prefix + "D.", *networks.d, false);
  comparison.compare(prefix + "G.param_norms", norms(networks.g->parameters()));
  comparison.compare(prefix + "D.param_norms", norms(networks.d->parameters()));
  const at::NoGradGuard no_grad;
  networks.set_training(false);
  const auto rows = subject.tensors.at(prefix + "G_eval_img").shape.at(0);
  comparison.compare(prefix + "G_eval_img", networks.pictures(subject.input("z").narrow(0, 0, rows)));
  comparison.compare(prefix + "D_eval_out", networks.logits(subject.input("real")).sigmoid());
}

}  // namespace

void check_dcgan(const Case& given, Comparison& comparison) {
  const Case subject = in_double(given);
  check_forward(subject, comparison);
  check_gradients(subject, comparison);
  for (const Variant& variant : {Variant{"plain5"}, Variant{"onesided5", 0.9}, Variant{"uniform5", 1.0, true},
                                 Variant{"sgdD5", 0.9, false, true}}) {
    check_trajectory(subject, comparison, variant);
  }
}

}  // namespace ganvas::parity
