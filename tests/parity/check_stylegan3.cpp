// The generators of StyleGAN3: every layer, pictures with and without the user's transform, gradients and averages.
#include <gtest/gtest.h>

#include "models/stylegan3/plan.h"
#include "parity/network_values.h"

namespace ganvas::parity {
namespace {

/// Labels of the latents; undefined where the network has none.
at::Tensor labels(const Case& subject) {
  return subject.tensors.contains("c") ? subject.input("c") : at::Tensor();
}

models::GeneratorPtr load(const io::WeightSet& file) {
  models::GeneratorPtr g = models::make_generator(models::recognise(file), at::kCPU);
  models::load_weights(*g, file);
  g->eval();
  return g;
}

/// The filters that we design are those in the file.
void expect_designed_filters(const io::WeightSet& file) {
  for (const models::LayerPlan& layer : models::plan_stylegan3(models::recognise(file)).layers) {
    const auto expect = [&](const char* name, const models::FilterPlan& plan) {
      const at::Tensor* stored = file.find("synthesis." + layer.name + "." + name);
      ASSERT_EQ(stored != nullptr, plan.taps > 1) << layer.name << name;
      if (stored == nullptr) return;
      const at::Tensor ours = at::tensor(models::design_filter(plan), at::kDouble).view(stored->sizes());
      EXPECT_LT((ours - *stored).abs().max().item<double>(), 1e-7) << layer.name << name;
    };
    expect("up_filter", layer.up_filter);
    expect("down_filter", layer.down_filter);
  }
}

void check_pictures(const Case& subject, Comparison& comparison, const io::WeightSet& file) {
  const at::NoGradGuard no_grad;
  const models::GeneratorPtr g = load(file);
  const at::Tensor &z = subject.input("z"), c = labels(subject);
  const at::Tensor w = g->map(z, c, {});
  comparison.compare("num_ws", at::tensor(w.size(1)));
  comparison.compare("w", w.select(1, 0));
  models::SynthesisOptions options;
  options.tap = [&](const std::string& name, const at::Tensor& x) {
    if (subject.tensors.contains("layer." + name)) comparison.compare("layer." + name, x.narrow(0, 0, 1));
  };
  comparison.compare("img", g->synthesize(w, options));
  comparison.compare("img_transformed", g->synthesize(w, {.transform = subject.input("transform")}));
  for (const auto& [key, info] : subject.tensors) {
    double psi = 1;
    int cutoff = -1;
    if (std::sscanf(key.c_str(), "w_psi%lf", &psi) == 1) {
      comparison.compare(key, g->map(z, c, {.truncation_psi = psi}).select(1, 0));
    } else if (std::sscanf(key.c_str(), "ws_psi%lf_cutoff%d", &psi, &cutoff) == 2) {
      comparison.compare(key, g->map(z, c, {.truncation_psi = psi, .truncation_cutoff = cutoff}));
    } else if (std::sscanf(key.c_str(), "img_psi%lf", &psi) == 1) {
      comparison.compare(key, g->synthesize(g->map(z, c, {.truncation_psi = psi}), {}));
    }
  }
}

void check_gradients(const Case& subject, Comparison& comparison, const io::WeightSet& file) {
  const models::GeneratorPtr g = load(file);
  const at::Tensor w = g->map(subject.input("z"), labels(subject), {}).detach().requires_grad_();
  const at::Tensor image = g->synthesize(w, {});
  (image * at::linspace(-1, 1, image.numel()).view(image.sizes())).sum().backward();
  comparison.compare("grad.ws", w.grad());
  const auto parameters = g->named_parameters();
  std::vector<at::Tensor> gradients;
  for (const auto& name : subject.config.at("synthesis_param_order").get<std::vector<std::string>>()) {
    gradients.push_back(parameters["synthesis." + name].grad());
    if (subject.tensors.contains("grad." + name)) comparison.compare("grad." + name, gradients.back());
  }
  comparison.compare("grad.norms", norms(gradients));
}

void check_averages(const Case& subject, Comparison& comparison, const io::WeightSet& file) {
  const at::NoGradGuard no_grad;
  const models::GeneratorPtr g = load(file);
  g->train();
  g->synthesize(g->map(subject.input("z"), labels(subject), {.update_average = true}), {.update_average = true});
  const auto buffers = g->named_buffers();
  std::vector<at::Tensor> magnitudes;
  for (const auto& name : subject.config.at("layer_names").get<std::vector<std::string>>())
    magnitudes.push_back(buffers["synthesis." + name + ".magnitude_ema"]);
  comparison.compare("emas.magnitude", at::stack(magnitudes));
  comparison.compare("emas.w_avg", buffers["mapping.w_avg"]);
}

}  // namespace

void check_stylegan3(const Case& subject, Comparison& comparison) {
  const io::WeightSet file = network_in(subject.file(".pkl"), "G_ema");
  expect_designed_filters(file);
  check_pictures(subject, comparison, file);
  check_gradients(subject, comparison, file);
  check_averages(subject, comparison, file);
}

}  // namespace ganvas::parity
