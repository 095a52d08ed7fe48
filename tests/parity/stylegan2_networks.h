#pragma once
// What the checks of StyleGAN2-ADA share.

#include "models/generator.h"

#include <torch/nn/module.h>
#include "parity/network_values.h"

namespace ganvas::parity {

/// What the file of the case holds, freshly loaded.
struct Networks {
  models::GeneratorPtr g, ema;
  models::DiscriminatorPtr d;
  at::Tensor c, c8;  // undefined without labels

  explicit Networks(const Case& subject, at::ScalarType type = at::kFloat) {
    const auto file = subject.file(".pkl");
    const io::WeightSet g_file = network_in(file, "G"), ema_file = network_in(file, "G_ema"),
                        d_file = network_in(file, "D");
    g = models::make_generator(models::recognise(g_file), at::kCPU);
    ema = models::make_generator(models::recognise(ema_file), at::kCPU);
    d = models::make_discriminator(models::recognise_network(d_file).spec, at::kCPU);
    models::load_weights(*g, g_file);
    models::load_weights(*ema, ema_file);
    models::load_weights(*d, d_file);
    for (torch::nn::Module* network : std::initializer_list<torch::nn::Module*>{g.get(), ema.get(), d.get()})
      network->to(type);
    if (subject.tensors.contains("c")) c = subject.input("c");
    if (subject.tensors.contains("c8")) c8 = subject.input("c8");
  }

  at::Tensor fakes(const at::Tensor& z) const { return g->synthesize(g->map(z, c8, {}), {}); }
};

/// The training run of a case that has one.
void check_stylegan2_training(const Case& subject, Comparison& comparison);

}  // namespace ganvas::parity
