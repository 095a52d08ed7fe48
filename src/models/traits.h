#pragma once
// What the rest of the program may ask about a network's family, so that nobody has to know its name.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/network_spec.h"

namespace ganvas::models {

struct Traits {
  bool placeable = false;  ///< SynthesisOptions::transform moves the picture
  bool grows = false;      ///< both networks train at any level of detail, which their buffers "lod" say
  bool equalized = false;  ///< weights are kept large and run divided by the root of their inputs (Karras et al. 2017)
  bool channels_last = false;  ///< plain convolutions alone, which oneDNN and cuDNN run fastest in that order
  /// How the names of the parameters end by which style rows enter; null: w is z, which enters by the first layer.
  const char* style_weights = nullptr;
};

/// Of networks that no registered family makes (programs, say): the defaults.
const Traits& traits_of(const NetworkSpec& spec);

/// One specification for both networks, where each was read by itself: the discriminator's own settings are those of
/// `d`, all others those of `g`.
NetworkSpec spec_of_pair(const NetworkSpec& g, const NetworkSpec& d);

/// The same networks for pictures of another size: the levels that both have keep their widths. Nothing where the
/// family has its networks for one size.
std::optional<NetworkSpec> at_resolution(const NetworkSpec& spec, int resolution);

/// Pixels of the pictures from left to right; their height is the resolution.
int picture_width(const NetworkSpec& spec);

/// Elements of all tensors of a network.
struct WeightCount {
  std::size_t generator = 0;
  std::size_t discriminator = 0;
};
/// Cheap enough for a window that shows what a recipe needs while it is edited. Throws Error for sizes that the family
/// cannot have.
WeightCount weight_count(const NetworkSpec& spec);

/// Bytes that running one picture takes beside the weights (activations at the peak), estimated from the spec.
std::size_t activation_bytes(const NetworkSpec& spec, int batch);

/// Resolution, in pixels, at which the layer of a generator's tensor works, by its name; 4 for the mapping and what
/// does not tell.
int layer_resolution(const std::string& tensor, const NetworkSpec& spec);

/// Something about a network that its file does not say, and what was taken for it.
struct Assumption {
  std::string layer;                ///< its name
  std::string key;                  ///< of the layer in JSON: "kind", "stride", ...
  std::string value;                ///< as text
  std::string reason;               ///< why this one
  std::vector<std::string> others;  ///< what else it may be, as text
  bool given = false;               ///< a person has said so
};

/// What was assumed of the network, and what a person has said in its place.
std::vector<Assumption> assumptions_of(const NetworkSpec& spec);

}  // namespace ganvas::models
