// The TensorFlow program of StyleGAN: mapping, truncation, pictures and scores, also while growing.
#include <gtest/gtest.h>

#include "io/open/open_model_file.h"
#include "parity/network_values.h"

namespace ganvas::parity {

void check_stylegan_tf(const Case& subject, Comparison& comparison) {
  const at::NoGradGuard no_grad;
  const io::WeightSet g_file = network_in(subject.file(".pkl"), "G_ema");
  const io::WeightSet d_file = network_in(subject.file(".pkl"), "D");
  const models::GeneratorPtr g = models::make_generator(models::recognise(g_file), at::kCPU);
  const models::DiscriminatorPtr d = models::make_discriminator(models::recognise_network(d_file).spec, at::kCPU);
  models::load_weights(*g, g_file);
  models::load_weights(*d, d_file);
  g->eval();
  d->eval();

  const bool labels = subject.tensors.contains("labels");
  const at::Tensor c = labels ? subject.input("labels") : at::Tensor();
  const at::Tensor c8 = labels ? subject.input("labels8") : at::Tensor();
  const at::Tensor& z = subject.input("z");
  const at::Tensor& images = subject.input("images8");
  const at::Tensor w = g->map(z, c, {});
  const auto rows = [&](const std::string& key, const at::Tensor& all) {
    return all.narrow(0, 0, subject.tensors.at(key).shape.at(0));
  };
  const auto scores = [&](std::int64_t count) {
    return d->forward(images.narrow(0, 0, count), labels ? c8.narrow(0, 0, count) : c8);
  };
  comparison.compare("num_layers", at::tensor({w.size(1)}));
  for (const auto& [key, info] : subject.tensors) {
    double psi = 1, lod = 0;
    int cutoff = -1;
    if (info.role != "expected" || key == "num_layers") continue;
    if (key == "w") {
      comparison.compare(key, w.select(1, 0));
    } else if (std::sscanf(key.c_str(), "w_trunc_psi%lf_cutoff%d", &psi, &cutoff) == 2) {
      comparison.compare(key, g->map(z, c, {.truncation_psi = psi, .truncation_cutoff = cutoff}));
    } else if (std::sscanf(key.c_str(), "img_psi%lf_cutoff%d", &psi, &cutoff) >= 1) {
      const at::Tensor truncated = g->map(z, c, {.truncation_psi = psi, .truncation_cutoff = cutoff});
      comparison.compare(key, rows(key, g->synthesize(truncated, {})));
    } else if (std::sscanf(key.c_str(), "img_lod%lf", &lod) == 1) {
      comparison.compare(key, rows(key, g->synthesize(w, {.lod = lod})));
    } else if (std::sscanf(key.c_str(), "D8_lod%lf", &lod) == 1) {
      d->named_buffers()["lod"].fill_(lod);
      comparison.compare(key, scores(images.size(0)));
      d->named_buffers()["lod"].zero_();
    } else if (key == "D8" || key == "D4") {
      comparison.compare(key, scores(key == "D4" ? std::min<std::int64_t>(4, images.size(0)) : images.size(0)));
    }
  }
}

}  // namespace ganvas::parity
