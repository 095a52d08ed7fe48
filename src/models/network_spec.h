#pragma once
// What a network is, as plain data: the only input of make_generator and make_discriminator. JSON both ways.

#include <cstdint>
#include <string>

#include "core/json.h"

namespace ganvas::models {

/// A generator or its discriminator. Sizes in pixels and channels; everything a file or a recipe can choose.
struct NetworkSpec {
  std::string family = "dcgan";  ///< registry name
  int resolution = 64;           ///< pixels from top to bottom; from left to right: models::picture_width()
  int image_channels = 3;        ///< 1 grey, 3 RGB; one more is how opaque the pixels are
  int z_dim = 128;               ///< latent size
  int w_dim = 128;               ///< size of a style row; equals z_dim where the family has no W space
  int num_ws = 1;                ///< style rows
  int c_dim = 0;                 ///< label size; 0 unconditional
  Json extra = Json::object();   ///< settings of the family, which reads and checks them
};

Json to_json(const NetworkSpec& spec);
/// Throws Error naming the first unknown key or value that does not fit, and the choices.
NetworkSpec network_spec_from_json(const Json& json);

}  // namespace ganvas::models
