#include "latent/model_mixing.h"

#include <regex>

#include "core/error.h"

namespace ganvas::latent {

int layer_resolution(const std::string& name, const models::NetworkSpec& spec) {
  static const std::regex block(R"((?:^|\.)b(\d+)\.)"), sides(R"((\d+)x\d+\.)"), alias_free(R"(L\d+_(\d+)_)");
  static const std::regex to_rgb(R"(ToRGB_lod(\d+))"), numbered(R"((?:^|\.)(main|deconv|block|norm)\.?(\d+)\.)");
  static const std::regex pyramid(R"((initial|pyramid|extra|final)[^.]*?(\d+)?-?(\d+)?:)");
  std::smatch part;
  if (std::regex_search(name, part, block) || std::regex_search(name, part, sides) ||
      std::regex_search(name, part, alias_free))
    return std::stoi(part[1]);
  if (std::regex_search(name, part, to_rgb)) return spec.resolution >> std::stoi(part[1]);
  if (std::regex_search(name, part, numbered)) {
    const int number = std::stoi(part[2]);
    // A DCGAN's chain has a convolution, a norm and an activation a level; the others count levels from 1.
    const bool chain = part[1] == "main";
    const int per_level = spec.dcgan.g_batch_norm ? 3 : 2;
    const int level = chain ? number / per_level : number;
    return std::min(spec.resolution, 4 << std::min(level, 20));
  }
  if (std::regex_search(name, part, pyramid)) {
    if (part[1] == "initial") return 4;
    if (part[1] == "final" || part[1] == "extra") return spec.resolution;
    // Channels halve as the resolution doubles, down to those of the last level but one.
    return spec.resolution / 2;
  }
  return name.find("output") != std::string::npos ? spec.resolution : 4;
}

io::WeightSet mixed_weights(const io::WeightSet& own, const io::WeightSet& other, const MixWeights& mix,
                            const models::NetworkSpec& spec) {
  io::WeightSet mixed;
  mixed.metadata = own.metadata;
  for (const auto& [name, tensor] : own.items()) {
    const at::Tensor* partner = other.find(name);
    require(partner != nullptr && partner->sizes() == tensor.sizes(),
            "The models do not fit: {} has another shape in one of them. Mix models of one family, size and width.",
            name);
    const double weight = layer_resolution(name, spec) < mix.split ? mix.coarse : mix.fine;
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
