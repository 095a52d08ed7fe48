#include <torch/nn/module.h>
#include <cmath>

#include "core/error.h"
#include "models/fresh.h"
#include "models/layers/style_space.h"
#include "models/stylegan2/stylegan2.h"
#include "ops/conv/conv2d.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::models {
namespace {

std::shared_ptr<torch::nn::Module> folder(torch::nn::Module& parent, const std::string& name) {
  return parent.register_module(name, std::make_shared<torch::nn::Module>());
}

bool in_half_precision(const SynthesisOptions& options, const at::Tensor& w) {
  return options.precision == Precision::half || (options.precision == Precision::automatic && w.is_cuda());
}

}  // namespace

NetworkSpec stylegan2_spec(NetworkSpec spec) {
  const Stylegan2Settings settings = stylegan2_settings(spec);
  const auto levels = settings.channels.size();
  require(spec.resolution == settings.height() && settings.channels_of_d().size() == levels,
          "A StyleGAN2 with {} entries in \"channels\" has {} pixels, not {}.", levels, settings.height(),
          spec.resolution);
  require(settings.height() <= 8192 && settings.width() <= 8192, "A StyleGAN2 of {}x{} pixels is too large.",
          settings.width(), settings.height());
  require(spec.image_channels >= 1 && spec.image_channels <= 4,
          "A StyleGAN2 makes pictures of 1 to 4 channels, not {}.", spec.image_channels);
  require(spec.z_dim >= 1 && spec.w_dim >= 1 && spec.c_dim >= 0, "A StyleGAN2 needs latents of at least one value.");
  spec.num_ws = static_cast<int>(levels) * 2;
  spec.extra = to_json(settings);
  return spec;
}

at::Tensor stylegan2_filter(const Stylegan2Settings& settings) {
  return ops::make_filter(at::tensor(settings.filter));
}

bool stylegan2_runs_half(const Stylegan2Settings& settings, int level) {
  return level >= 8 && (static_cast<std::int64_t>(level) << settings.fp16_resolutions) > settings.highest();
}

Stylegan2Generator::Stylegan2Generator(NetworkSpec spec, at::Generator random)
    : Generator(stylegan2_spec(std::move(spec))), settings_(stylegan2_settings(spec_)) {
  const auto synthesis = folder(*this, "synthesis");
  for (int level = 0; level < static_cast<int>(settings_.channels.size()); ++level)
    make_block(*synthesis, level, random);

  const bool concat = settings_.labels == "concat";
  const int embed = concat ? spec_.z_dim : spec_.w_dim;
  mapping_ =
      Mapping(MappingOptions{.z_dim = spec_.z_dim,
                             .c_dim = spec_.c_dim,
                             .w_dim = spec_.w_dim,
                             .layers = settings_.mapping_layers,
                             .channels = settings_.mapping_channels > 0 ? settings_.mapping_channels : spec_.w_dim,
                             .embed = settings_.embed_channels > 0 ? settings_.embed_channels : embed,
                             .concat = concat,
                             .lr = settings_.mapping_lr,
                             .activation = ops::activation_of(settings_.activation_of_mapping())},
              random);
  register_module("mapping", mapping_);
  w_avg_ = mapping_->register_buffer("w_avg", at::zeros({spec_.w_dim}));
}

void Stylegan2Generator::make_block(torch::nn::Module& synthesis, int level, at::Generator& random) {
  const int channels = settings_.channels[level];
  const bool last = level + 1 == static_cast<int>(settings_.channels.size());
  Block block;
  block.name = fmt::format("b{}", 4 << level);
  block.half = stylegan2_runs_half(settings_, 4 << level);
  const auto place = folder(synthesis, block.name);
  block.filter = place->register_buffer("resample_filter", stylegan2_filter(settings_));

  SynthesisLayerOptions layer{.from = channels,
                              .to = channels,
                              .w_dim = spec_.w_dim,
                              .height = settings_.start[0] << level,
                              .width = settings_.start[1] << level,
                              .noise = settings_.noise,
                              .activation = ops::activation_of(settings_.activation),
                              .clamp = settings_.conv_clamp,
                              .filter = block.filter};
  if (level == 0) {
    block.start =
        place->register_parameter("const", fresh_normal({channels, settings_.start[0], settings_.start[1]}, random));
  } else {
    SynthesisLayerOptions up = layer;
    up.from = settings_.channels[level - 1];
    up.up = 2;
    block.conv0 = place->register_module("conv0", SynthesisLayer(up, random));
  }
  block.conv1 = place->register_module("conv1", SynthesisLayer(layer, random));
  if (last || settings_.g_architecture == "skip") {
    layer.to = spec_.image_channels;
    block.to_rgb = place->register_module("torgb", ToRgb(layer, random));
  }
  if (level > 0 && settings_.g_architecture == "resnet") {
    const ConvLayerOptions skip{.from = settings_.channels[level - 1],
                                .to = channels,
                                .kernel = 1,
                                .up = 2,
                                .bias = false,
                                .filter = block.filter};
    block.skip = place->register_module("skip", ConvLayer(skip, random));
  }
  blocks_.push_back(block);
}

at::Tensor Stylegan2Generator::map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) {
  const at::Tensor w = mapping_->forward(z, c);
  if (options.update_average) update_average(w_avg_, w, settings_.w_avg_beta);
  return style_rows(w, w_avg_, spec_.num_ws, options);
}

at::Tensor Stylegan2Generator::run_block(Block& block, const at::Tensor& x, const at::Tensor& w, int row,
                                         SynthesisPass& pass) {
  const auto run = [&](SynthesisLayer& layer, const char* name, const at::Tensor& input, int style, double gain) {
    pass.name = block.name + name;
    pass.gain = gain;
    return layer->forward(input, w.select(1, style), pass);
  };
  if (block.start.defined()) return run(block.conv1, ".conv1", x, row, 1);
  const bool residual = !block.skip.is_empty();
  at::Tensor y = run(block.conv0, ".conv0", x, row, 1);
  y = run(block.conv1, ".conv1", y, row + 1, residual ? std::sqrt(0.5) : 1);
  return residual ? block.skip->forward(x, std::sqrt(0.5)) + y : y;
}

at::Tensor Stylegan2Generator::synthesize(const at::Tensor& w, const SynthesisOptions& options) {
  require(w.dim() == 3 && w.size(1) == spec_.num_ws && w.size(2) == spec_.w_dim, "The styles must be [N, {}, {}].",
          spec_.num_ws, spec_.w_dim);
  NoiseSource noise(options);
  SynthesisPass pass{noise, options};
  const bool half = in_half_precision(options, w);
  std::vector<int> rows;  // that each block and those before it depend on
  for (std::size_t i = 0; i < blocks_.size(); ++i) rows.push_back(static_cast<int>(2 * i + 2));
  const std::size_t kept = memory_.begin(w, options, rows);
  at::Tensor x, picture;
  int row = 0;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    Block& block = blocks_[i];
    if (i < kept) {
      x = memory_.stage(i).x;
      picture = memory_.stage(i).picture;
      if (!block.conv0.is_empty()) block.conv0->pass_noise(w, pass);
      block.conv1->pass_noise(w, pass);
      row += block.start.defined() ? 1 : 2;
      continue;
    }
    x = block.start.defined() ? block.start.unsqueeze(0).expand({w.size(0), -1, -1, -1}) : x;
    x = run_block(block, ops::in_fast_layout(x.to(half && block.half ? at::kHalf : w.scalar_type())), w, row, pass);
    if (options.tap) options.tap(block.name, x);
    row += block.start.defined() ? 1 : 2;
    if (picture.defined()) picture = ops::upsample2d(picture, block.filter);
    if (!block.to_rgb.is_empty()) {
      pass.name = block.name + ".torgb";
      const at::Tensor rgb = block.to_rgb->forward(x, w.select(1, row), pass).to(w.scalar_type());
      picture = picture.defined() ? picture + rgb : rgb;
      if (options.tap) options.tap(block.name + ".img", picture);
    }
    memory_.put({i + 1 < blocks_.size() ? x : at::Tensor(), picture});  // nothing follows the last
    if (options.goes_on && !block.to_rgb.is_empty() && !options.goes_on(picture)) return picture;
  }
  return picture;
}

}  // namespace ganvas::models
