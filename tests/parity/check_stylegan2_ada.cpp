// NVIDIA's PyTorch program of StyleGAN2-ADA: both networks block by block, the four phases of its loss with their
// gradients, and the running average of w.
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include "models/stylegan2/stylegan2.h"
#include "parity/network_values.h"
#include "parity/stylegan2_networks.h"
#include "train/loss/regularizers.h"

namespace ganvas::parity {
namespace {

at::Tensor labels(const at::Tensor& c, std::int64_t count) {
  return c.defined() ? c.narrow(0, 0, count) : c;
}

void compare_if_asked(const Case& subject, Comparison& comparison, const std::string& key, const at::Tensor& actual) {
  if (!subject.tensors.contains(key)) return;
  comparison.compare(key, actual.dim() > 0 ? actual.narrow(0, 0, subject.values.at(key).size(0)) : actual);
}

/// Pictures and styles at every truncation that the case names.
void check_truncations(const Case& subject, Comparison& comparison, const Networks& networks) {
  const at::Tensor& z = subject.input("z");
  for (const auto& [key, info] : subject.tensors) {
    models::MapOptions options;
    double& psi = options.truncation_psi;
    int& cutoff = options.truncation_cutoff;
    if (std::sscanf(key.c_str(), "ema.w_psi%lf", &psi) == 1) {
      comparison.compare(key, networks.ema->map(z, networks.c, options).select(1, 0));
    } else if (std::sscanf(key.c_str(), "ema.ws_psi%lf_cutoff%d", &psi, &cutoff) >= 1) {
      comparison.compare(key, networks.ema->map(z, networks.c, options));
    } else if (std::sscanf(key.c_str(), "ema.img_const_psi%lf_cutoff%d", &psi, &cutoff) >= 1) {
      comparison.compare(key, networks.ema->synthesize(networks.ema->map(z, networks.c, options), {}));
    }
  }
}

void check_generator(const Case& subject, Comparison& comparison, const Networks& networks) {
  const at::NoGradGuard no_grad;
  const at::Tensor& z = subject.input("z");
  const at::Tensor w = networks.ema->map(z, networks.c, {});
  comparison.compare("ema.num_ws", at::tensor(w.size(1)));
  comparison.compare("ema.w", w.select(1, 0));
  check_truncations(subject, comparison, networks);

  models::SynthesisOptions observed;
  observed.tap = [&](const std::string& name, const at::Tensor& x) {
    const auto dot = name.find('.');
    const std::string block = name.substr(0, dot), part = dot == std::string::npos ? "x" : name.substr(dot + 1);
    compare_if_asked(subject, comparison, "ema.block." + block + "." + part, x);
    if (part.ends_with(".affine"))
      compare_if_asked(subject, comparison, "ema.style." + name.substr(0, name.size() - 7), x);
  };
  comparison.compare("ema.img_const", networks.ema->synthesize(w, observed));
  comparison.compare("ema.img_none", networks.ema->synthesize(w, {.noise_mode = "none"}));
  // One picture takes the path through a kernel of its own, several the one through scaled pixels.
  compare_if_asked(subject, comparison, "ema.img_none_unfused",
                   networks.ema->synthesize(w.narrow(0, 0, 1), {.noise_mode = "none"}));
  comparison.compare("G.img_const", networks.g->synthesize(networks.g->map(z, networks.c, {}), {}));
}

/// The picture with the file's own precision: half in its high layers.
void check_half_precision(const Case& subject, Comparison& comparison) {
  const at::NoGradGuard no_grad;
  const std::string native = "ema.img_const_native_fp16";
  if (!subject.tensors.contains(native)) return;
  const Networks networks(subject);
  const at::Tensor w = networks.ema->map(subject.input("z"), networks.c, {});
  // Half precision keeps 11 bits, and its error grows through the layers.
  const double tolerance = 0.02 * subject.values.at(native).abs().max().item<double>();
  comparison.compare_within(native, networks.ema->synthesize(w, {.precision = models::Precision::half}), tolerance);
}

void check_discriminator(const Case& subject, Comparison& comparison, const Networks& networks) {
  const at::NoGradGuard no_grad;
  auto& d = dynamic_cast<models::Stylegan2Discriminator&>(*networks.d);
  const at::Tensor& real = subject.input("real_img");
  d.set_tap([&](const std::string& name, const at::Tensor& x) {
    compare_if_asked(subject, comparison, "D.block." + name + ".x", x);
    if (name != "b4.mbstd" || !subject.tensors.contains("D.mbstd_channels")) return;
    const auto added = subject.values.at("D.mbstd_channels").size(1);
    comparison.compare("D.mbstd_channels", x.narrow(1, x.size(1) - added, added));
  });
  comparison.compare("D.real_logits_b8", d.forward(real, networks.c8));
  d.set_tap({});
  for (const std::int64_t count : {2, 4}) {
    const std::string key = fmt::format("D.real_logits_b{}", count);
    if (subject.tensors.contains(key))
      comparison.compare(key, d.forward(real.narrow(0, 0, count), labels(networks.c8, count)));
  }
  comparison.compare("D.fake_logits_b8", d.forward(networks.fakes(subject.input("z8")), networks.c8));
}

/// The gradients that the case keeps, and the norms of all in its order.
void compare_gradients(const Case& subject, Comparison& comparison, const std::string& phase,
                       const torch::nn::Module& network, const char* order) {
  const auto parameters = network.named_parameters();
  std::vector<at::Tensor> gradients;
  for (const Json& name : subject.config.at(order)) {
    const at::Tensor& parameter = parameters[name.get<std::string>()];
    gradients.push_back(parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter));
    compare_if_asked(subject, comparison, phase + "grad." + name.get<std::string>(), gradients.back());
  }
  EXPECT_EQ(gradients.size(), parameters.size());
  comparison.compare(phase + "grad_norm_all", norms(gradients));
}

void check_main_phases(const Case& subject, Comparison& comparison, const Networks& networks) {
  const auto softplus = [](const at::Tensor& x) { return at::softplus(x); };
  const at::Tensor fakes = networks.fakes(subject.input("z8"));
  const at::Tensor g_loss = softplus(-networks.d->forward(fakes, networks.c8));
  comparison.compare("loss.Gmain.G_loss", g_loss);
  g_loss.mean().backward();
  compare_gradients(subject, comparison, "loss.Gmain.", *networks.g, "G_param_order");

  networks.d->zero_grad();
  const at::Tensor d_loss = softplus(networks.d->forward(fakes.detach(), networks.c8)) +
                            softplus(-networks.d->forward(subject.input("real_img"), networks.c8));
  comparison.compare("loss.Dmain.D_loss", d_loss);
  d_loss.mean().backward();
  compare_gradients(subject, comparison, "loss.Dmain.", *networks.d, "D_param_order");
}

void check_regularizers(const Case& subject, Comparison& comparison, const Networks& networks) {
  networks.d->zero_grad();
  const at::Tensor real = subject.input("real_img").clone().requires_grad_();
  const at::Tensor penalty = train::r1_penalty(networks.d->forward(real, networks.c8), real);
  comparison.compare("loss.Dr1.r1_penalty", penalty);
  (penalty.mean() * (10.0 / 2)).backward();
  compare_gradients(subject, comparison, "loss.Dr1.", *networks.d, "D_param_order");

  networks.g->zero_grad();
  const at::Tensor& noise = subject.input("pl_noise_raw");
  const auto count = noise.size(0);
  const at::Tensor w = networks.g->map(subject.input("z8").narrow(0, 0, count), labels(networks.c8, count), {});
  const train::PathLength path = train::path_length({.pictures = networks.g->synthesize(w, {}),
                                                     .w = w,
                                                     .noise = noise,
                                                     .mean = at::zeros({}, w.options()),
                                                     .decay = 0.01});
  comparison.compare("loss.Gpl.pl_penalty", path.penalty);
  comparison.compare("loss.Gpl.pl_mean_after", path.mean);
  (path.penalty.mean() * 2.0).backward();
  compare_gradients(subject, comparison, "loss.Gpl.", *networks.g, "G_param_order");
}

}  // namespace

void check_stylegan2_ada(const Case& given, Comparison& comparison) {
  check_half_precision(given, comparison);
  const Case subject = in_double(given);
  const Networks networks(subject, at::kDouble);
  check_generator(subject, comparison, networks);
  check_discriminator(subject, comparison, networks);
  check_main_phases(subject, comparison, networks);
  check_regularizers(subject, comparison, networks);
  networks.g->map(subject.input("z8"), networks.c8, {.update_average = true});
  comparison.compare("train.w_avg_after_one_mapping", networks.g->named_buffers()["mapping.w_avg"]);
  if (given.tensors.contains("train.it0.real_u8")) check_stylegan2_training(given, comparison);
}

}  // namespace ganvas::parity
