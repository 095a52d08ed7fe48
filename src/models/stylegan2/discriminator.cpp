#include <torch/nn/module.h>
#include <cmath>

#include "core/error.h"
#include "models/stylegan/layers.h"
#include "models/stylegan2/stylegan2.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::models {

Stylegan2Discriminator::Stylegan2Discriminator(NetworkSpec spec, at::Generator random)
    : Discriminator(stylegan2_spec(std::move(spec))), settings_(stylegan2_settings(spec_)) {
  make_blocks(random);
  make_epilogue(random);
}

void Stylegan2Discriminator::make_blocks(at::Generator& random) {
  const std::vector<int>& channels = settings_.channels_of_d();
  const at::Tensor filter = stylegan2_filter(settings_);
  int layer = 0;  // counts in the order in which Freeze-D freezes
  const auto make = [&](torch::nn::Module& place, const char* name, ConvLayerOptions options) {
    options.filter = filter;
    options.trainable = layer++ >= settings_.freeze_layers;
    return place.register_module(name, ConvLayer(options, random));
  };
  const ops::Activation activation = ops::activation_of(settings_.activation);
  const double clamp = settings_.conv_clamp;
  for (int level = static_cast<int>(channels.size()) - 1; level > 0; --level) {
    const int from = channels[level], to = channels[level - 1];
    Block block;
    block.name = fmt::format("b{}", 4 << level);
    block.half = stylegan2_runs_half(settings_, 4 << level);
    const auto place = register_module(block.name, std::make_shared<torch::nn::Module>());
    block.filter = place->register_buffer("resample_filter", filter.clone());
    if (blocks_.empty() || settings_.d_architecture == "skip") {
      block.from_rgb =
          make(*place, "fromrgb",
               {.from = spec_.image_channels, .to = from, .kernel = 1, .activation = activation, .clamp = clamp});
    }
    block.conv0 = make(*place, "conv0", {.from = from, .to = from, .activation = activation, .clamp = clamp});
    block.conv1 = make(*place, "conv1", {.from = from, .to = to, .down = 2, .activation = activation, .clamp = clamp});
    if (settings_.d_architecture == "resnet")
      block.skip = make(*place, "skip", {.from = from, .to = to, .kernel = 1, .down = 2, .bias = false});
    blocks_.push_back(block);
  }
}

void Stylegan2Discriminator::make_epilogue(at::Generator& random) {
  const int channels = settings_.channels_of_d()[0];
  const bool projection = spec_.c_dim > 0 && settings_.labels == "projection";
  const int cmap = settings_.cmap_channels > 0 ? settings_.cmap_channels : channels;
  const ops::Activation activation = ops::activation_of(settings_.activation_of_epilogue());
  const at::Tensor filter = stylegan2_filter(settings_);
  if (projection) {
    mapping_ = register_module(
        "mapping", Mapping(MappingOptions{.c_dim = spec_.c_dim,
                                          .w_dim = cmap,
                                          .layers = settings_.d_mapping_layers,
                                          .channels = cmap,
                                          .embed = cmap,
                                          .lr = settings_.mapping_lr,
                                          .activation = ops::activation_of(settings_.activation_of_mapping())},
                           random));
  }
  const auto place = register_module("b4", std::make_shared<torch::nn::Module>());
  if (settings_.d_architecture == "skip") {
    last_from_rgb_ = place->register_module(
        "fromrgb",
        ConvLayer(
            ConvLayerOptions{
                .from = spec_.image_channels, .to = channels, .kernel = 1, .activation = activation, .filter = filter},
            random));
  }
  const ConvLayerOptions conv{.from = channels + settings_.mbstd_channels,
                              .to = channels,
                              .activation = activation,
                              .clamp = settings_.conv_clamp,
                              .filter = filter};
  last_conv_ = place->register_module("conv", ConvLayer(conv, random));
  last_dense_ = place->register_module(
      "fc", EqualLinear(channels * settings_.start[0] * settings_.start[1], channels, Equalised{}, random));
  const int logits = projection ? cmap : std::max(spec_.c_dim, 1);
  out_ = place->register_module("out", EqualLinear(channels, logits, Equalised{}, random));
}

at::Tensor Stylegan2Discriminator::run_block(Block& block, const at::Tensor& x) {
  const bool residual = !block.skip.is_empty();
  at::Tensor y = block.conv1->forward(block.conv0->forward(x), residual ? std::sqrt(0.5) : 1);
  return residual ? block.skip->forward(x, std::sqrt(0.5)) + y : y;
}

std::int64_t Stylegan2Discriminator::pictures_in_group(std::int64_t batch) const {
  if (settings_.mbstd_channels == 0) return 1;
  return settings_.mbstd_group > 0 ? std::min<std::int64_t>(settings_.mbstd_group, batch) : batch;
}

at::Tensor Stylegan2Discriminator::run_epilogue(const at::Tensor& x, const at::Tensor& c) {
  const int group = static_cast<int>(pictures_in_group(x.size(0)));
  at::Tensor y = settings_.mbstd_channels > 0 ? with_group_deviation(x, group, settings_.mbstd_channels) : x;
  if (tap_) tap_("b4.mbstd", y);
  y = last_conv_->forward(y).flatten(1);
  y = out_->forward(ops::bias_act(last_dense_->forward(y), {},
                                  {.activation = ops::activation_of(settings_.activation_of_epilogue())}));
  if (spec_.c_dim == 0) return y;
  if (!mapping_.is_empty())
    return (y * mapping_->forward({}, c)).sum(1, true) / std::sqrt(static_cast<double>(y.size(1)));
  require(c.defined() && c.dim() == 2 && c.size(1) == spec_.c_dim, "The label must be [N, {}].", spec_.c_dim);
  return (y * c).sum(1, true);
}

at::Tensor Stylegan2Discriminator::forward(const at::Tensor& pictures, const at::Tensor& c) {
  at::Tensor picture = pictures, x;
  const auto kind = pictures.scalar_type();
  for (Block& block : blocks_) {
    const auto precision = block.half && pictures.is_cuda() ? at::kHalf : kind;
    if (!block.from_rgb.is_empty()) {
      const at::Tensor seen = block.from_rgb->forward(picture.to(precision));
      x = x.defined() ? x.to(precision) + seen : seen;
    }
    if (settings_.d_architecture == "skip") picture = ops::downsample2d(picture, block.filter);
    x = run_block(block, x.to(precision));
    if (tap_) tap_(block.name, x);
  }
  x = x.to(kind);
  if (!last_from_rgb_.is_empty()) x = x + last_from_rgb_->forward(picture);
  return run_epilogue(x, c);
}

}  // namespace ganvas::models
