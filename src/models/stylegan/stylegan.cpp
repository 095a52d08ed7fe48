#include "models/stylegan/stylegan.h"

#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/fresh.h"
#include "models/layers/resample.h"
#include "models/layers/style_space.h"

namespace ganvas::models {
namespace {

NetworkSpec checked(NetworkSpec spec) {
  const StyleganSettings settings = stylegan_settings(spec);
  const auto levels = settings.channels.size();
  require(spec.resolution == 4 << (levels - 1), "A StyleGAN with {} entries in \"channels\" has {} pixels, not {}.",
          levels, 4 << (levels - 1), spec.resolution);
  require(spec.image_channels >= 1 && spec.image_channels <= 4, "A StyleGAN makes pictures of 1 to 4 channels, not {}.",
          spec.image_channels);
  require(spec.z_dim >= 1 && spec.w_dim >= 1 && spec.c_dim >= 0, "A StyleGAN needs latents of at least one value.");
  spec.num_ws = static_cast<int>(levels) * 2;
  spec.extra = to_json(settings);
  return spec;
}

std::string side(int level) {
  return fmt::format("{0}x{0}", 4 << level);
}

/// Whether the convolution that changes between this level and the one below resamples by its stride.
bool fused(const StyleganSettings& settings, int level) {
  return settings.fused_scale == "on" || (settings.fused_scale == "auto" && (4 << level) >= 128);
}

std::shared_ptr<torch::nn::Module> folder(torch::nn::Module& parent, const std::string& name) {
  return parent.register_module(name, std::make_shared<torch::nn::Module>());
}

}  // namespace

double LevelOfDetail::value() {
  const auto version = buffer_.is_inference() ? -1 : static_cast<std::int64_t>(buffer_._version());
  if (version < 0 || version != version_) value_ = buffer_.item<double>();
  version_ = version;
  return value_;
}

StyleganGenerator::StyleganGenerator(NetworkSpec spec, at::Generator random)
    : Generator(checked(std::move(spec))), settings_(stylegan_settings(spec_)), has_labels_(spec_.c_dim > 0) {
  make_mapping(random);
  make_synthesis(random);
}

void StyleganGenerator::make_mapping(at::Generator& random) {
  const auto mapping = folder(*this, "mapping");
  // The label's embedding has a learning rate of its own: plain N(0, 1) weights, used as they are.
  const Equalised plain{.gain = std::sqrt(static_cast<double>(std::max(spec_.c_dim, 1)))};
  if (has_labels_)
    label_ = mapping->register_module("LabelConcat", EqualLinear(spec_.c_dim, spec_.z_dim, plain, random, false));
  int from = has_labels_ ? 2 * spec_.z_dim : spec_.z_dim;
  for (int i = 0; i < settings_.mapping_layers; ++i) {
    const int to = i + 1 == settings_.mapping_layers ? spec_.w_dim : settings_.mapping_channels;
    dense_.push_back(mapping->register_module(
        fmt::format("Dense{}", i),
        EqualLinear(from, to, Equalised{.gain = lrelu_gain, .lr = settings_.mapping_lr}, random)));
    from = to;
  }
  w_avg_ = register_buffer("dlatent_avg", at::zeros({spec_.w_dim}));
}

void StyleganGenerator::make_synthesis(at::Generator& random) {
  const auto synthesis = folder(*this, "synthesis");
  const EpilogueOptions epilogue{.w_dim = spec_.w_dim,
                                 .slope = stylegan_slope(settings_.activation),
                                 .pixel_norm = settings_.pixel_norm,
                                 .instance_norm = settings_.instance_norm};
  const int levels = static_cast<int>(settings_.channels.size());
  for (int level = 0; level < levels; ++level) {
    const int channels = settings_.channels[level];
    const auto place = folder(*synthesis, side(level));
    Block block;
    if (level == 0) {
      block.start = place->register_module("Const", ConstLayer(channels, epilogue, random));
    } else {
      const EqualConvOptions up{.from = settings_.channels[level - 1],
                                .to = channels,
                                .resample = ConvResample::up,
                                .fused = fused(settings_, level)};
      block.up = place->register_module("Conv0_up", StyledConv(up, epilogue, settings_.blur, random));
    }
    block.conv = place->register_module(
        level == 0 ? "Conv" : "Conv1",
        StyledConv(EqualConvOptions{.from = channels, .to = channels}, epilogue, std::vector<int>{}, random));
    blocks_.push_back(block);
    const EqualConvOptions rgb{.from = channels, .to = spec_.image_channels, .kernel = 1, .gain = 1};
    to_rgb_.push_back(
        synthesis->register_module(fmt::format("ToRGB_lod{}", levels - 1 - level), EqualConv(rgb, random)));
    for (int i = 2 * level; i < 2 * level + 2; ++i) {
      const at::Tensor plane = fresh_normal({1, 1, 4 << level, 4 << level}, random);
      noise_.push_back(synthesis->register_buffer(fmt::format("noise{}", i), plane));
    }
  }
  lod_.emplace(synthesis->register_buffer("lod", at::zeros({})));
}

at::Tensor StyleganGenerator::map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) {
  require(z.dim() == 2 && z.size(1) == spec_.z_dim, "The latent must be [N, {}].", spec_.z_dim);
  at::Tensor x = z;
  if (has_labels_) {
    require(c.defined() && c.dim() == 2 && c.size(1) == spec_.c_dim, "The label must be [N, {}].", spec_.c_dim);
    x = at::cat({x, label_->forward(c)}, 1);
  }
  if (settings_.normalize_z) x = unit_rows(x);
  const double slope = stylegan_slope(settings_.mapping_activation);
  for (auto& layer : dense_) x = at::leaky_relu(layer->forward(x), slope);
  if (options.update_average) update_average(w_avg_, x, 0.995);
  return style_rows(x, w_avg_, spec_.num_ws, options);
}

at::Tensor StyleganGenerator::run_block(int level, const at::Tensor& x, const at::Tensor& w, NoiseSource& noise,
                                        const SynthesisOptions& options) {
  const std::size_t layer = 2 * static_cast<std::size_t>(level);
  const at::Tensor w0 = w.select(1, 2 * level), w1 = w.select(1, 2 * level + 1);
  Block& block = blocks_[level];
  const at::Tensor y =
      level == 0 ? block.start->forward(w0, noise_[layer], noise) : block.up->forward(x, w0, noise_[layer], noise);
  const at::Tensor z = options.bent(side(level) + (level == 0 ? ".Const" : ".Conv0_up"), y);
  return options.bent(side(level) + (level == 0 ? ".Conv" : ".Conv1"),
                      block.conv->forward(z, w1, noise_[layer + 1], noise));
}

at::Tensor StyleganGenerator::synthesize(const at::Tensor& w, const SynthesisOptions& options) {
  NoiseSource noise(options);
  const double lod = options.lod >= 0 ? options.lod : lod_->value();
  const int top = static_cast<int>(blocks_.size()) - 1;
  at::Tensor x, picture;
  for (int level = 0; level <= top; ++level) {
    const double fade = lod - (top - level);  // 0: this level alone shows; 1: only the one below
    if (fade >= 1 && level > 0) {
      picture = twice(picture);
      continue;
    }
    x = run_block(level, x, w, noise, options);
    if (options.tap) options.tap(side(level), x);
    const bool covered = fade <= -1;  // by the levels above
    if (covered && !is_training()) continue;
    const at::Tensor rgb = to_rgb_[level]->forward(x);
    picture =
        !picture.defined() || (fade <= 0 && !is_training()) ? rgb : at::lerp(rgb, twice(picture), std::max(fade, 0.0));
  }
  return picture;
}

StyleganDiscriminator::StyleganDiscriminator(NetworkSpec spec, at::Generator random)
    : Discriminator(checked(std::move(spec))), settings_(stylegan_settings(spec_)), blur_(settings_.blur) {
  const int levels = static_cast<int>(settings_.channels.size());
  for (int level = 0; level < levels; ++level) {
    const int channels = settings_.channels[level];
    const EqualConvOptions rgb{.from = spec_.image_channels, .to = channels, .kernel = 1};
    from_rgb_.push_back(register_module(fmt::format("FromRGB_lod{}", levels - 1 - level), EqualConv(rgb, random)));
    const auto place = folder(*this, side(level));
    if (level == 0) {
      const int extra = settings_.mbstd_group > 0 ? settings_.mbstd_features : 0;
      const EqualConvOptions last{.from = channels + extra, .to = channels};
      conv_ = place->register_module("Conv", EqualConv(last, random));
      dense0_ = place->register_module(
          "Dense0", EqualLinear(channels * 16, settings_.d_dense, Equalised{.gain = lrelu_gain}, random));
      dense1_ = place->register_module("Dense1",
                                       EqualLinear(settings_.d_dense, std::max(spec_.c_dim, 1), Equalised{}, random));
      continue;
    }
    const EqualConvOptions down{.from = channels,
                                .to = settings_.channels[level - 1],
                                .resample = ConvResample::down,
                                .fused = fused(settings_, level)};
    Block block;
    block.conv = place->register_module("Conv0", EqualConv(EqualConvOptions{.from = channels, .to = channels}, random));
    block.down = place->register_module("Conv1_down", EqualConv(down, random));
    blocks_.push_back(block);
  }
  lod_.emplace(register_buffer("lod", at::zeros({})));
}

std::int64_t StyleganDiscriminator::pictures_in_group(std::int64_t batch) const {
  return settings_.mbstd_group > 0 ? std::min<std::int64_t>(settings_.mbstd_group, batch) : 1;
}

at::Tensor StyleganDiscriminator::forward(const at::Tensor& pictures, const at::Tensor& c) {
  const auto active = [slope = stylegan_slope(settings_.activation)](const at::Tensor& y) {
    return at::leaky_relu(y, slope);
  };
  const double lod = lod_->value();
  const int top = static_cast<int>(blocks_.size());
  at::Tensor picture = pictures, x;
  for (int level = top; level > 0; --level) {
    const double fade = lod - (top - level);  // 0: features of this level alone; 1: only the picture one level below
    if (fade < 1) {
      Block& block = blocks_[level - 1];
      if (!x.defined()) x = active(from_rgb_[level]->forward(picture));
      x = active(block.conv->forward(x));
      x = active(block.down->forward(blur_(x)));
    }
    picture = half(picture);
    if (fade < 1 && (fade > 0 || is_training()))
      x = at::lerp(x, active(from_rgb_[level - 1]->forward(picture)), std::max(fade, 0.0));
  }
  if (!x.defined()) x = active(from_rgb_[0]->forward(picture));
  if (settings_.mbstd_group > 0) x = with_group_deviation(x, settings_.mbstd_group, settings_.mbstd_features);
  x = active(conv_->forward(x));
  x = dense1_->forward(active(dense0_->forward(x.flatten(1))));
  if (spec_.c_dim == 0) return x;
  require(c.defined() && c.dim() == 2 && c.size(1) == spec_.c_dim, "The label must be [N, {}].", spec_.c_dim);
  return (x * c).sum(1, true);
}

}  // namespace ganvas::models
