#pragma once
// NetworkSpec::extra of a DCGAN (Radford et al. 2015) and its published variants.

#include <string>
#include <vector>

#include "models/network_spec.h"

namespace ganvas::models {

struct DcganSettings {
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

  [[nodiscard]] std::vector<int> channels_of_d() const {
    return d_channels.empty() ? std::vector<int>(channels.rbegin(), channels.rend()) : d_channels;
  }
};

/// Throws Error naming the first unknown key or value that does not fit, and the choices.
DcganSettings dcgan_settings(const NetworkSpec& spec);
Json to_json(const DcganSettings& settings);

}  // namespace ganvas::models
