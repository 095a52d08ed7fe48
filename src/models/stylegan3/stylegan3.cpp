#include "models/stylegan3/stylegan3.h"

#include <torch/nn/module.h>

#include <cmath>

#include "core/error.h"
#include "models/layers/style_space.h"

namespace ganvas::models {
namespace {

NetworkSpec checked(NetworkSpec spec) {
  const Stylegan3Settings settings = stylegan3_settings(spec);
  require(spec.image_channels >= 1 && spec.image_channels <= 4,
          "A StyleGAN3 makes pictures of 1 to 4 channels, not {}.", spec.image_channels);
  require(spec.z_dim >= 1 && spec.w_dim >= 1 && spec.c_dim >= 0, "A StyleGAN3 needs latents of at least one value.");
  spec.num_ws = static_cast<int>(settings.channels.size()) + 2;
  spec.extra = to_json(settings);
  return spec;
}

}  // namespace

Stylegan3Generator::Stylegan3Generator(NetworkSpec spec, at::Generator random) : Generator(checked(std::move(spec))) {
  const Stylegan3Settings settings = stylegan3_settings(spec_);
  const Stylegan3Plan plan = plan_stylegan3(spec_);
  output_scale_ = settings.output_scale;

  const auto mapping = register_module("mapping", std::make_shared<torch::nn::Module>());
  int from = spec_.z_dim;
  if (spec_.c_dim > 0) {
    embed_ = mapping->register_module("embed", EqualLinear(spec_.c_dim, spec_.w_dim, Equalised{}, random));
    from += spec_.w_dim;
  }
  for (int i = 0; i < settings.mapping_layers; ++i, from = spec_.w_dim) {
    dense_.push_back(mapping->register_module(
        fmt::format("fc{}", i), EqualLinear(from, spec_.w_dim, Equalised{.lr = settings.mapping_lr}, random)));
  }
  w_avg_ = mapping->register_buffer("w_avg", at::zeros({spec_.w_dim}));

  const auto synthesis = register_module("synthesis", std::make_shared<torch::nn::Module>());
  input_ = synthesis->register_module("input", FourierInput(plan, settings.channels.front(), spec_.w_dim, random));
  for (const LayerPlan& layer : plan.layers)
    layers_.push_back(synthesis->register_module(layer.name, AliasFreeLayer(layer, settings, spec_.w_dim, random)));
}

at::Tensor Stylegan3Generator::map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) {
  require(z.dim() == 2 && z.size(1) == spec_.z_dim, "The latent must be [N, {}].", spec_.z_dim);
  at::Tensor x = unit_rows(z);
  if (!embed_.is_empty()) {
    require(c.defined() && c.dim() == 2 && c.size(1) == spec_.c_dim, "The label must be [N, {}].", spec_.c_dim);
    x = at::cat({x, unit_rows(embed_->forward(c))}, 1);
  }
  for (auto& layer : dense_) x = at::leaky_relu(layer->forward(x), 0.2) * std::sqrt(2.0);
  if (options.update_average) update_average(w_avg_, x, 0.998);
  return style_rows(x, w_avg_, spec_.num_ws, options);
}

at::Tensor Stylegan3Generator::synthesize(const at::Tensor& w, const SynthesisOptions& options) {
  const bool half_allowed =
      options.precision == Precision::half || (options.precision == Precision::automatic && w.is_cuda());
  at::Tensor x = input_->forward(w.select(1, 0), options.transform);
  if (options.tap) options.tap("input", x);
  x = options.bent("input", x);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const LayerPlan& plan = layers_[i]->plan();
    const LayerPass pass{options.update_average, plan.half && half_allowed};
    x = layers_[i]->forward(x, w.select(1, static_cast<std::int64_t>(i) + 1), pass);
    if (options.tap) options.tap(plan.name, x);
    x = options.bent(plan.name, x);
  }
  return x.to(at::kFloat) * output_scale_;
}

}  // namespace ganvas::models
