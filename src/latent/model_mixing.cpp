#include "latent/model_mixing.h"

#include "core/error.h"
#include "models/traits.h"

namespace ganvas::latent {

io::WeightSet mixed_weights(const io::WeightSet& own, const io::WeightSet& other, const MixWeights& mix,
                            const models::NetworkSpec& spec) {
  io::WeightSet mixed;
  mixed.metadata = own.metadata;
  for (const auto& [name, tensor] : own.items()) {
    const at::Tensor* partner = other.find(name);
    require(partner != nullptr && partner->sizes() == tensor.sizes(),
            "The models do not fit: {} has another shape in one of them. Mix models of one family, size and width.",
            name);
    const double weight = models::layer_resolution(name, spec) < mix.split ? mix.coarse : mix.fine;
    if (weight == 0 || !tensor.is_floating_point()) {
      mixed.set(name, tensor);
    } else if (weight == 1) {
      mixed.set(name, *partner);
    } else {
      mixed.set(name, at::lerp(tensor, partner->to(tensor.device(), tensor.scalar_type()), weight));
    }
  }
  return mixed;
}

}  // namespace ganvas::latent
