#pragma once
// A chain of layers that can be bent.

#include <torch/nn/modules/container/sequential.h>

#include <map>

#include "models/generator.h"
#include "ops/transposed_conv.h"

namespace ganvas::models {

/// Runs a chain of layers. Where nothing learns, a transposed convolution takes the batch norm and the activation after
/// it along (ops/transposed_conv.h); its kernel is kept from picture to picture. Not thread-safe.
class LayerRunner {
 public:
  /// layers->forward(x), with SynthesisOptions::bend after each ReLU, under the name of its module in the chain.
  at::Tensor run(torch::nn::Sequential& layers, const at::Tensor& x, const SynthesisOptions& options = {});

 private:
  std::map<const torch::nn::Module*, ops::TransposedConv> transposed_;
};

}  // namespace ganvas::models
