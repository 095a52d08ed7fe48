#pragma once
// NetworkSpec::extra of a layered network.

#include <string>
#include <vector>

#include "models/layered/layers/kinds.h"
#include "models/layered/layers/layer.h"
#include "models/traits.h"

namespace ganvas::models {

struct LayeredSettings {
  std::vector<Layer> generator;      ///< takes "z" [z_dim] and "label" [c_dim]; empty: made to fit (fitted.h)
  std::vector<Layer> discriminator;  ///< takes "picture" [channels, height, width]; empty: made to fit
  int width = 0;                     ///< of pictures that are not square; 0: as high as wide
  std::vector<double> pixels;        ///< values of black and white; empty: 0 and 1 after a sigmoid, else -1 and 1
  std::vector<Assumption> assumed;   ///< of whichever was read from a file
  std::vector<Assumption> given;     ///< what a person has said in place of what was assumed, or of what the file says
};

/// Throws Error naming the first key or value that does not fit.
LayeredSettings layered_settings(const NetworkSpec& spec);
Json to_json(const LayeredSettings& settings);

/// The specification of a network of these layers that makes or takes such pictures, [channels, height, width]. Throws
/// Error, as a clause, for what are none.
NetworkSpec layered_spec(LayeredSettings settings, const Sizes& picture, int z_dim, int c_dim);

/// Black and white of the pictures that these layers make or take.
std::vector<double> pixel_range(const LayeredSettings& settings);

}  // namespace ganvas::models

template <>
inline constexpr auto ganvas::fields::table<ganvas::models::Assumption> =
    std::tuple{ganvas::fields::required("layer", &ganvas::models::Assumption::layer),
               ganvas::fields::required("key", &ganvas::models::Assumption::key),
               ganvas::fields::required("value", &ganvas::models::Assumption::value),
               ganvas::fields::optional("reason", &ganvas::models::Assumption::reason),
               ganvas::fields::optional("others", &ganvas::models::Assumption::others)};
