#pragma once
// A list of layers as modules that can run.

#include <torch/nn/module.h>

#include <functional>
#include <map>
#include <memory>

#include "models/batch_sharing.h"
#include "models/layered/layers/kinds.h"

namespace ganvas::models {

/// The layers of one network. Its tensors are parameters of the module that owns it, under the layers' own names.
class LayerChain {
 public:
  /// What a layer got, and what it made of it: may give back something of the same sizes in its place. An undefined
  /// tensor ends the run.
  using Look =
      std::function<at::Tensor(const Layer& layer, const std::vector<at::Tensor>& inputs, const at::Tensor& y)>;

  LayerChain() = default;
  /// Makes the tensors, as LibTorch's own layers begin, out of `random` (models/fresh.h). `inputs` are the network's:
  /// name -> sizes; the first is what the first layer takes. Throws Error naming the layer that does not fit.
  LayerChain(torch::nn::Module& owner, std::vector<Layer> layers, std::vector<std::pair<std::string, Sizes>> inputs,
             at::Generator random);

  /// `inputs` as in the constructor, [N, ...]. Returns the output of the last layer.
  at::Tensor run(const std::map<std::string, at::Tensor>& inputs, const Look& look = {}) const;

  [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
  /// Of the output of layer `index`.
  [[nodiscard]] const Sizes& sizes(std::size_t index) const { return sizes_[index]; }
  /// Of the output.
  [[nodiscard]] const Sizes& sizes() const { return sizes_.back(); }
  /// Elements that all layers make of one picture.
  [[nodiscard]] std::size_t elements() const;

 private:
  struct Part {
    std::vector<int> from;                      ///< layers; -1 - i is input i
    std::shared_ptr<torch::nn::Module> module;  ///< null: no tensors
    std::size_t last_use = 0;
  };

  void add(torch::nn::Module& owner, std::size_t index, at::Generator& random);

  std::vector<Layer> layers_;
  std::vector<std::pair<std::string, Sizes>> inputs_;
  std::vector<Part> parts_;
  std::vector<Sizes> sizes_;
};

/// Sizes of the outputs of all layers. Throws Error naming the layer that does not fit.
std::vector<Sizes> sizes_of(const std::vector<Layer>& layers, const std::vector<std::pair<std::string, Sizes>>& inputs);

}  // namespace ganvas::models
