// rosinality's PyTorch program of StyleGAN2: pictures, layers, mixed and truncated styles, its losses with gradients.
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include "core/error.h"
#include "io/open/open_model_file.h"
#include "models/stylegan2/foreign_names.h"
#include "models/stylegan2/stylegan2.h"
#include "parity/network_values.h"
#include "train/loss/regularizers.h"

namespace ganvas::parity {
namespace {

/// The training checkpoint of the case is the file that holds a discriminator, too.
std::filesystem::path checkpoint_of(const Case& subject) {
  for (const std::string& file : subject.files) {
    for (const auto& network : io::open_model_file(reference_folder() / file).networks)
      if (network.name == "d") return reference_folder() / file;
  }
  fail("The case {} has no file with a discriminator.", subject.name);
}

models::GeneratorPtr generator_in(const std::filesystem::path& file, const std::string& name) {
  const io::WeightSet weights = network_in(file, name);
  const models::GeneratorPtr g = models::make_generator(models::recognise(weights), at::kCPU);
  models::load_weights(*g, weights);
  return g;
}

/// The constant noise of every layer becomes row `row` of the given noise.
void set_noise(const Case& subject, models::Generator& g, std::int64_t row) {
  const at::NoGradGuard no_grad;
  auto buffers = g.named_buffers();
  for (int i = 0; subject.tensors.contains(fmt::format("noise_given.{}", i)); ++i) {
    const std::string layer = i == 0 ? "b4.conv1" : fmt::format("b{}.conv{}", 8 << ((i - 1) / 2), (i - 1) % 2);
    buffers["synthesis." + layer + ".noise_const"].copy_(subject.input(fmt::format("noise_given.{}", i))[row][0]);
  }
}

void compare_gradients(const Case& subject, Comparison& comparison, const std::string& phase,
                       const torch::nn::Module& network, int resolution, const char* order) {
  const auto parameters = network.named_parameters();
  std::vector<at::Tensor> gradients;
  for (const Json& name : subject.config.at(order)) {
    const std::string theirs = name.get<std::string>();
    const at::Tensor& parameter = parameters[models::name_of_rosinality_stylegan2(theirs, resolution)];
    gradients.push_back(parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter));
    const std::string key = phase + ".grad." + theirs;
    if (subject.tensors.contains(key)) comparison.compare(key, gradients.back());
  }
  EXPECT_EQ(gradients.size(), parameters.size());
  comparison.compare(phase + ".grad_norms", norms(gradients));
}

/// "conv1", "convs.3", "to_rgbs.1": what the tap calls a layer. A to_rgb's result is the picture so far.
std::string name_of_tap(const std::string& layer, int resolution) {
  const bool rgb = layer.starts_with("to_rgb");
  const std::string own =
      models::name_of_rosinality_stylegan2(layer + (rgb ? ".bias" : ".activate.bias"), resolution).substr(10);
  return rgb ? own.substr(0, own.find('.')) + ".img" : own.substr(0, own.size() - 5);
}

void check_pictures(const Case& subject, Comparison& comparison, models::Generator& ema) {
  const at::NoGradGuard no_grad;
  const at::Tensor& z = subject.input("z");
  const at::Tensor w = ema.map(z, {}, {});
  comparison.compare("w", w.select(1, 0));
  comparison.compare("n_latent", at::tensor(w.size(1)));
  std::map<std::string, at::Tensor> layers;
  comparison.compare("img_const", ema.synthesize(w, {.tap = [&](const std::string& name, const at::Tensor& x) {
                                                   layers[name] = x.narrow(0, 0, 1).clone();
                                                 }}));
  ema.named_buffers()["mapping.w_avg"].copy_(subject.input("latent_avg").flatten());
  for (const auto& [key, info] : subject.tensors) {
    double psi = 1;
    int row = 0;
    if (key.starts_with("act.")) {
      comparison.compare(key, layers.at(name_of_tap(key.substr(4), ema.spec().resolution)));
    } else if (std::sscanf(key.c_str(), "img_trunc%lf", &psi) == 1) {
      comparison.compare(key, ema.synthesize(ema.map(z, {}, {.truncation_psi = psi}), {}));
    } else if (std::sscanf(key.c_str(), "img_mix_inject%d", &row) == 1) {
      at::Tensor mixed = w.clone();
      const auto count = w.size(1) - row;
      mixed.narrow(1, row, count).copy_(ema.map(subject.input("z_mix"), {}, {}).narrow(1, row, count));
      comparison.compare(key, ema.synthesize(mixed, {}));
    }
  }
  std::vector<at::Tensor> rows;
  for (std::int64_t row = 0; row < z.size(0); ++row) {
    set_noise(subject, ema, row);
    rows.push_back(ema.synthesize(w.narrow(0, row, 1), {}));
  }
  comparison.compare("img_noise_given", at::cat(rows));
}

void check_losses(const Case& subject, Comparison& comparison, models::Generator& g, models::Discriminator& d) {
  const int resolution = d.spec().resolution;
  set_noise(subject, g, 0);
  const at::Tensor& z8 = subject.input("z8");
  const at::Tensor& real = subject.input("real");
  const at::Tensor fakes = g.synthesize(g.map(z8, {}, {}), {});
  const at::Tensor g_loss = at::softplus(-d.forward(fakes, {})).mean();
  comparison.compare("G_img_z8_first2", fakes.narrow(0, 0, subject.tensors.at("G_img_z8_first2").shape.at(0)));
  comparison.compare("loss.G", g_loss);
  g_loss.backward();
  compare_gradients(subject, comparison, "loss.G", g, resolution, "G_param_order");

  d.zero_grad();
  const at::Tensor d_loss =
      at::softplus(-d.forward(real, {})).mean() + at::softplus(d.forward(fakes.detach(), {})).mean();
  comparison.compare("loss.D", d_loss);
  d_loss.backward();
  compare_gradients(subject, comparison, "loss.D", d, resolution, "D_param_order");

  d.zero_grad();
  const at::Tensor seen = real.clone().requires_grad_();
  const at::Tensor penalty = train::r1_penalty(d.forward(seen, {}), seen).mean();
  comparison.compare("loss.R1", penalty);
  (penalty * (10.0 / 2 * 16)).backward();
  compare_gradients(subject, comparison, "loss.R1", d, resolution, "D_param_order");

  g.zero_grad();
  const at::Tensor& noise = subject.input("pl_noise_raw");
  const at::Tensor w = g.map(z8.narrow(0, 0, noise.size(0)), {}, {});
  const train::PathLength path = train::path_length(
      {.pictures = g.synthesize(w, {}), .w = w, .noise = noise, .mean = at::zeros({}, noise.options()), .decay = 0.01});
  comparison.compare("loss.path", path.penalty.mean());
  comparison.compare("loss.path_mean", path.mean);
  comparison.compare("loss.path_lengths", path.lengths);
  (path.penalty.mean() * (2.0 * 4)).backward();
  compare_gradients(subject, comparison, "loss.path", g, resolution, "G_param_order");
}

}  // namespace

void check_stylegan2_rosinality(const Case& subject, Comparison& comparison) {
  const auto checkpoint = checkpoint_of(subject);
  const models::GeneratorPtr ema = generator_in(checkpoint, "g_ema"), g = generator_in(checkpoint, "g");
  const io::WeightSet d_file = network_in(checkpoint, "d");
  const models::DiscriminatorPtr d = models::make_discriminator(models::recognise_network(d_file).spec, at::kCPU);
  models::load_weights(*d, d_file);

  // Other files of the case hold the same generator in another format.
  for (const std::string& file : subject.files) {
    if (reference_folder() / file == checkpoint) continue;
    const models::GeneratorPtr other = generator_in(reference_folder() / file, "g_ema");
    for (const auto& item : ema->named_parameters())
      EXPECT_TRUE(at::equal(other->named_parameters()[item.key()], item.value())) << file << " " << item.key();
  }
  {
    const at::NoGradGuard no_grad;
    const at::Tensor& real = subject.input("real");
    comparison.compare("D_real_b8", d->forward(real, {}));
    comparison.compare("D_real_b2", d->forward(real.narrow(0, 0, 2), {}));
  }
  check_pictures(subject, comparison, *ema);
  g->to(at::kDouble);
  d->to(at::kDouble);
  check_losses(in_double(subject), comparison, *g, *d);
}

}  // namespace ganvas::parity
