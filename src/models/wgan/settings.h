#pragma once
// NetworkSpec::extra of the two families of this folder.

#include <string>

#include "models/network_spec.h"

namespace ganvas::models {

/// "wgan": the networks of Wasserstein GAN (Arjovsky et al. 2017), under the options of its authors' program.
struct WganSettings {
  int g_channels = 64;       ///< channels of the generator's layer before the last; each layer below has twice as many
  int d_channels = 64;       ///< channels of the critic's first layer; each further layer has twice as many
  int extra_layers = 0;      ///< 3x3 layers at half the resolution, in both networks
  bool g_batch_norm = true;  ///< batch norm in the generator
  bool d_batch_norm = true;  ///< batch norm in the critic
  bool g_mlp = false;        ///< four fully connected layers of g_channels instead of convolutions
  bool d_mlp = false;        ///< the same for the critic
};

/// "wgan_gp": the networks of Improved Training of Wasserstein GANs (Gulrajani et al. 2017).
struct WganGpSettings {
  std::string form = "resnet";  ///< conv (its CIFAR-10 networks) or resnet (its 64x64 networks)
  int channels = 64;            ///< channels at the picture's end; they double with each halving
};

/// Throw Error naming the first unknown key or value out of range.
WganSettings wgan_settings(const NetworkSpec& spec);
WganGpSettings wgan_gp_settings(const NetworkSpec& spec);
Json to_json(const WganSettings& settings);
Json to_json(const WganGpSettings& settings);

}  // namespace ganvas::models
