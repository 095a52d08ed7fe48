#include "models/layers/run_layers.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>

#include <optional>

#include "models/batch_sharing.h"
#include "ops/conv/conv2d.h"
#include "ops/finished_conv.h"

namespace ganvas::models {
namespace {

namespace nn = torch::nn;

/// The chain's layers from `at` on that one operator computes.
struct Fused {
  at::Tensor y;
  std::size_t layers = 1;
};

nn::Module* layer_at(const std::vector<std::shared_ptr<nn::Module>>& layers, std::size_t i) {
  return i < layers.size() ? layers[i].get() : nullptr;
}

/// The slope below zero of a ReLU or leaky ReLU.
std::optional<double> slope_of(nn::Module* layer) {
  if (layer == nullptr) return std::nullopt;
  if (layer->as<nn::ReLU>() != nullptr) return 0.0;
  const auto* leaky = layer->as<nn::LeakyReLU>();
  return leaky == nullptr ? std::nullopt : std::optional(leaky->options.negative_slope());
}

/// Of a convolution that treats both axes alike, without groups or holes.
template <typename Conv>
std::optional<ops::ConvSteps> steps_of(const Conv& conv) {
  const auto& options = conv.options;
  const auto* padding = std::get_if<torch::ExpandingArray<2>>(&options.padding());
  const auto both = [](const torch::ExpandingArray<2>& pair, std::int64_t value) {
    return pair->at(0) == value && pair->at(1) == value;
  };
  if (padding == nullptr || options.groups() != 1 || !both(options.dilation(), 1) ||
      !both(options.output_padding(), 0) || !both(options.stride(), options.stride()->at(0)) ||
      !both(*padding, (*padding)->at(0)))
    return std::nullopt;
  return ops::ConvSteps{static_cast<int>(options.stride()->at(0)), static_cast<int>((*padding)->at(0))};
}

/// A convolution, and the activation after it where there is no batch norm between.
std::optional<Fused> convolution(const nn::Conv2dImpl& conv, nn::Module* next, const at::Tensor& x) {
  const auto steps = steps_of(conv);
  if (!steps || !ops::conv2d_takes(x, conv.weight)) return std::nullopt;
  const auto slope = slope_of(next);
  ops::FinishedConvOptions options{.steps = *steps};
  options.act = {
      .activation = slope ? ops::Activation::lrelu : ops::Activation::linear, .alpha = slope.value_or(1), .gain = 1};
  if (!slope && !conv.bias.defined()) return Fused{ops::conv2d(x, conv.weight, *steps)};
  return Fused{ops::finished_conv({.x = x, .weight = conv.weight, .bias = conv.bias}, options), slope ? 2U : 1U};
}

at::Tensor transposed(const nn::ConvTranspose2dImpl& conv, const ops::ConvSteps& steps, const at::Tensor& x) {
  const auto grown = [&](std::int64_t side) {
    return (side - 1) * steps.stride + conv.weight.size(2) - 2 * steps.padding;
  };
  const at::Tensor y = ops::conv_transpose2d(x, conv.weight, steps, grown(x.size(2)), grown(x.size(3)));
  return conv.bias.defined() ? y + conv.bias.view({-1, 1, 1}) : y;
}

/// A transposed convolution for looking, with the batch norm and the activation after it.
Fused finished(ops::TransposedConv& kept, const nn::ConvTranspose2dImpl& conv, const ops::ConvSteps& steps,
               nn::Module* next, nn::Module* next_but_one, const at::Tensor& x) {
  Fused fused;
  at::Tensor scale, shift = conv.bias;
  const auto* norm = next == nullptr ? nullptr : next->as<nn::BatchNorm2d>();
  if (norm != nullptr) {
    scale = (norm->running_var + norm->options.eps()).rsqrt();
    if (norm->weight.defined()) scale = scale * norm->weight;
    const at::Tensor mean = shift.defined() ? norm->running_mean - shift : norm->running_mean;
    shift = -mean * scale;
    if (norm->bias.defined()) shift = shift + norm->bias;
    ++fused.layers;
  }
  const auto slope = slope_of(norm == nullptr ? next : next_but_one);
  if (slope) ++fused.layers;
  fused.y = kept.run(x, conv.weight, scale, shift,
                     {.stride = steps.stride, .padding = steps.padding, .slope = slope.value_or(1)});
  return fused;
}

}  // namespace

at::Tensor LayerRunner::run(nn::Sequential& layers, const at::Tensor& x, const SynthesisOptions& options) {
  const auto modules = layers->children();
  const auto names = layers->named_children();
  at::Tensor y = ops::in_fast_layout(x);
  const auto fused = [&](std::size_t i) -> std::optional<Fused> {
    if (const auto* conv = modules[i]->as<nn::Conv2d>()) return convolution(*conv, layer_at(modules, i + 1), y);
    const auto* conv = modules[i]->as<nn::ConvTranspose2d>();
    const auto steps = conv == nullptr ? std::nullopt : steps_of(*conv);
    if (!steps || !ops::conv2d_takes(y, conv->weight)) return std::nullopt;
    if (!layers->is_training() && ops::TransposedConv::takes(y, conv->weight))
      return finished(transposed_[conv], *conv, *steps, layer_at(modules, i + 1), layer_at(modules, i + 2), y);
    return Fused{transposed(*conv, *steps, y)};
  };
  for (std::size_t i = 0; i < layers->size();) {
    const std::optional<Fused> done = fused(i);
    y = done ? done->y : (layers->begin() + static_cast<std::ptrdiff_t>(i))->forward(y);
    i += done ? done->layers : 1;
    if (options.bend && slope_of(modules[i - 1].get())) y = options.bent(names[i - 1].key(), y);
  }
  return y;
}

}  // namespace ganvas::models
