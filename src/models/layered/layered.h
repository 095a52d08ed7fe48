#pragma once
// Networks that are lists of layers, whoever thought of them: their specification is the list.

#include "models/generator.h"
#include "models/layered/layers/chain.h"

namespace ganvas::models {

/// It has no W space: w is z, with the weights of the classes behind it, num_ws is 1, and truncation scales z towards
/// 0. The names of its tensors are those of its layers.
class LayeredGenerator final : public Generator {
 public:
  LayeredGenerator(NetworkSpec spec, at::Generator random);
  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) override;
  at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions& options) override;
  [[nodiscard]] const LayerChain& chain() const { return chain_; }

 private:
  LayerChain chain_;
  double black_ = -1, white_ = 1;
};

/// One logit a picture: the mean of the outputs where there are several.
class LayeredDiscriminator final : public Discriminator {
 public:
  LayeredDiscriminator(NetworkSpec spec, at::Generator random);
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& c) override;

 private:
  LayerChain chain_;
  double black_ = -1, white_ = 1;
};

/// Names and sizes of what the layers of each network take.
std::vector<std::pair<std::string, Sizes>> generator_inputs(const NetworkSpec& spec);
std::vector<std::pair<std::string, Sizes>> discriminator_inputs(const NetworkSpec& spec);

/// The specification with all that follows from its layers: w_dim, and the sizes of what they make. Throws Error for
/// layers that make no pictures of the resolution.
NetworkSpec checked_layered(NetworkSpec spec);

}  // namespace ganvas::models
