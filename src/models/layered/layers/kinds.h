#pragma once
// The kinds of layers: what tensors each has, what sizes it makes of others, and what it does.

#include <ATen/ATen.h>

#include <string>
#include <utility>
#include <vector>

#include "models/layered/layers/layer.h"

namespace ganvas::models {

/// Sizes of a tensor, without the batch: [values] or [channels, height, width].
using Sizes = std::vector<std::int64_t>;

/// The tensors of a layer, by the names of its kind, in their order.
using NamedSizes = std::vector<std::pair<std::string, Sizes>>;
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

struct LayerKind {
  const char* name;
  std::size_t inputs;  ///< how many it takes; 2 stands for two or more
  /// Its parameters. Batch norm's are made by LibTorch's module instead (chain.h).
  NamedSizes (*tensors)(const Layer& layer);
  /// Throws Error with a clause where the layer cannot take these.
  Sizes (*sizes)(const Layer& layer, const std::vector<Sizes>& inputs);
  at::Tensor (*run)(const Layer& layer, const NamedTensors& tensors, const std::vector<at::Tensor>& inputs);
  bool activation = false;  ///< element by element, without tensors
};

const std::vector<LayerKind>& layer_kinds();
/// Throws Error naming the known ones.
const LayerKind& layer_kind(const std::string& name);

}  // namespace ganvas::models
