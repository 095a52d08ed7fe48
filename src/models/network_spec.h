#pragma once
// What a network is, as plain data: the only input of make_generator and make_discriminator. JSON both ways.

#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"

namespace ganvas::models {

/// Settings of the DCGAN family (Radford et al. 2015 and its published variants).
struct DcganSpec {
  /// Output channels of each generator layer but the last, from the 4x4 layer up; the discriminator mirrors it unless
  /// d_channels is set. Resolution = 4 * 2^size.
  std::vector<int> channels{512, 256, 128, 64};
  std::vector<int> d_channels;        ///< discriminator channels, first layer first; empty: channels reversed
  bool g_batch_norm = true;           ///< batch norm after every generator layer but the last
  bool d_batch_norm = true;           ///< batch norm in the discriminator
  bool d_batch_norm_first = true;     ///< also after its first layer (Jovian yes, pytorch/examples no)
  std::string g_activation = "relu";  ///< relu, leaky_relu
  double g_slope = 0.2;               ///< negative slope of the generator's leaky_relu
  double d_slope = 0.2;               ///< negative slope of the discriminator's leaky ReLU
  std::string output = "tanh";        ///< tanh (pixels -1..1) or sigmoid (pixels 0..1)
  bool bias = false;                  ///< biases in the convolutions
  std::string init = "default";       ///< default (LibTorch's) or normal002 (N(0, 0.02), BN N(1, 0.02))
};

/// A generator or its discriminator. Sizes in pixels and channels; everything a file or a recipe can choose.
struct NetworkSpec {
  std::string family = "dcgan";  ///< registry name
  int resolution = 64;           ///< pixels, square
  int image_channels = 3;        ///< 1 grey, 3 RGB
  int z_dim = 128;               ///< latent size
  int w_dim = 128;               ///< size of a style row; equals z_dim where the family has no W space
  int num_ws = 1;                ///< style rows
  int c_dim = 0;                 ///< label size; 0 unconditional
  DcganSpec dcgan;               ///< read when family is "dcgan"
  Json extra = Json::object();   ///< settings of other families, each read and checked by its family
};

Json to_json(const NetworkSpec& spec);
/// Throws Error naming the first unknown key or value that does not fit, and the choices.
NetworkSpec network_spec_from_json(const Json& json);

}  // namespace ganvas::models
