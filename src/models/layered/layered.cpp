#include "models/layered/layered.h"

#include "core/error.h"
#include "models/layered/fitted.h"
#include "models/layered/layers/settings.h"
#include "models/traits.h"

namespace ganvas::models {
std::vector<std::pair<std::string, Sizes>> generator_inputs(const NetworkSpec& spec) {
  std::vector<std::pair<std::string, Sizes>> inputs{{"z", {spec.z_dim}}};
  if (spec.c_dim > 0) inputs.push_back({"label", {spec.c_dim}});
  return inputs;
}

std::vector<std::pair<std::string, Sizes>> discriminator_inputs(const NetworkSpec& spec) {
  std::vector<std::pair<std::string, Sizes>> inputs{
      {"picture", {spec.image_channels, spec.resolution, picture_width(spec)}}};
  if (spec.c_dim > 0) inputs.push_back({"label", {spec.c_dim}});
  return inputs;
}

NetworkSpec checked_layered(NetworkSpec spec) {
  require(spec.z_dim >= 1, "A layered network needs a latent of at least one value.");
  spec.w_dim = spec.z_dim + spec.c_dim;
  spec.num_ws = 1;
  spec.extra = to_json(layered_settings(spec));
  return spec;
}

LayeredGenerator::LayeredGenerator(NetworkSpec spec, at::Generator random)
    : Generator(checked_layered(std::move(spec))) {
  LayeredSettings settings = layered_settings(spec_);
  if (settings.generator.empty()) settings.generator = fitted_generator(spec_);
  const std::vector<double> pixels = pixel_range(settings);
  black_ = pixels[0];
  white_ = pixels[1];
  chain_ = LayerChain(*this, settings.generator, generator_inputs(spec_), std::move(random));
  const Sizes wanted{spec_.image_channels, spec_.resolution, picture_width(spec_)};
  require(chain_.sizes() == wanted, "The layers make {} where pictures are {}.",
          fmt::format("{}", fmt::join(chain_.sizes(), "x")), fmt::format("{}", fmt::join(wanted, "x")));
}

at::Tensor LayeredGenerator::map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) {
  require(z.dim() == 2 && z.size(1) == spec_.z_dim, "The latent must be [N, {}].", spec_.z_dim);
  const bool truncate = options.truncation_psi != 1.0 && options.truncation_cutoff != 0;
  at::Tensor w = truncate ? z * options.truncation_psi : z;
  if (spec_.c_dim > 0) {
    require(c.defined() && c.dim() == 2 && c.size(1) == spec_.c_dim, "The labels must be [N, {}].", spec_.c_dim);
    w = at::cat({w, c.to(w.options()).expand({w.size(0), spec_.c_dim})}, 1);
  }
  return w.unsqueeze(1);
}

at::Tensor LayeredGenerator::synthesize(const at::Tensor& w, const SynthesisOptions& options) {
  const at::Tensor row = w.select(1, 0);
  std::map<std::string, at::Tensor> inputs{{"z", row.slice(1, 0, spec_.z_dim)}};
  if (spec_.c_dim > 0) inputs["label"] = row.slice(1, spec_.z_dim);
  const auto look = [&](const Layer& layer, const std::vector<at::Tensor>&, const at::Tensor& y) {
    if (options.tap) options.tap(layer.name, y);
    return y.dim() == 4 ? options.bent(layer.name, y) : y;
  };
  const at::Tensor pictures = chain_.run(inputs, look);
  if (black_ == -1 && white_ == 1) return pictures;
  return (pictures - black_) * (2 / (white_ - black_)) - 1;
}

LayeredDiscriminator::LayeredDiscriminator(NetworkSpec spec, at::Generator random)
    : Discriminator(checked_layered(std::move(spec))) {
  const LayeredSettings settings = layered_settings(spec_);
  const std::vector<double> pixels = pixel_range(settings);
  black_ = pixels[0];
  white_ = pixels[1];
  chain_ = LayerChain(*this, settings.discriminator.empty() ? fitted_discriminator(spec_) : settings.discriminator,
                      discriminator_inputs(spec_), std::move(random));
}

at::Tensor LayeredDiscriminator::forward(const at::Tensor& pictures, const at::Tensor& c) {
  std::map<std::string, at::Tensor> inputs{{"picture", pictures}};
  if (black_ != -1 || white_ != 1) inputs["picture"] = (pictures + 1) * ((white_ - black_) / 2) + black_;
  if (spec_.c_dim > 0) inputs["label"] = c;
  return chain_.run(inputs).flatten(1).mean(1, true);
}

}  // namespace ganvas::models
