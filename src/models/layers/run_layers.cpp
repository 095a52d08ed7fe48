#include "models/layers/run_layers.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>

#include <optional>

#include "models/batch_sharing.h"
#include "ops/conv/conv2d.h"

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
std::optional<ops::ConvSteps> steps_of(const nn::ConvTranspose2dImpl& conv) {
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
  at::Tensor y = layers->is_training() ? x : ops::in_fast_layout(x);
  const auto fused = [&](std::size_t i) -> std::optional<Fused> {
    const auto* conv = modules[i]->as<nn::ConvTranspose2d>();
    if (conv == nullptr || layers->is_training() || !ops::TransposedConv::takes(y, conv->weight)) return std::nullopt;
    const auto steps = steps_of(*conv);
    if (!steps) return std::nullopt;
    return finished(transposed_[conv], *conv, *steps, layer_at(modules, i + 1), layer_at(modules, i + 2), y);
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
