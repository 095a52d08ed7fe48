#pragma once
// A chain of layers that can be bent.

#include "models/generator.h"

#include <torch/nn/modules/container/sequential.h>

namespace ganvas::models {

/// layers->forward(x), with SynthesisOptions::bend after each ReLU, under the name of its module in the chain.
at::Tensor run_layers(torch::nn::Sequential& layers, const at::Tensor& x, const SynthesisOptions& options);

}  // namespace ganvas::models
