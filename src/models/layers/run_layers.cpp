#include "models/layers/run_layers.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>

namespace ganvas::models {

at::Tensor run_layers(torch::nn::Sequential& layers, const at::Tensor& x, const SynthesisOptions& options) {
  if (!options.bend) return layers->forward(x);
  at::Tensor y = x;
  const auto names = layers->named_children();
  for (std::size_t i = 0; i < layers->size(); ++i) {
    torch::nn::AnyModule& layer = *(layers->begin() + static_cast<std::ptrdiff_t>(i));
    y = layer.forward(y);
    const torch::nn::Module& module = *names[i].value();
    if (module.as<torch::nn::ReLU>() != nullptr || module.as<torch::nn::LeakyReLU>() != nullptr)
      y = options.bent(names[i].key(), y);
  }
  return y;
}

}  // namespace ganvas::models
