#pragma once
// A chain of layers that can be bent.

#include <torch/nn/modules/container/sequential.h>

#include <map>

#include "models/generator.h"
#include "ops/transposed_conv.h"

namespace ganvas::models {

/// Runs a chain of convolutions, batch norms and activations, with the operators of ops/ where they are the faster
/// ones. Keeps what they know of a layer from picture to picture. Not thread-safe.
class LayerRunner {
 public:
  /// layers->forward(x), with SynthesisOptions::bend after each ReLU, under the name of its module in the chain.
  at::Tensor run(torch::nn::Sequential& layers, const at::Tensor& x, const SynthesisOptions& options = {});

 private:
  std::map<const torch::nn::Module*, ops::TransposedConv> transposed_;
};

}  // namespace ganvas::models
