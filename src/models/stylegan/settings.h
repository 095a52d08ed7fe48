#pragma once
// NetworkSpec::extra of StyleGAN (Karras et al. 2018).

#include <string>
#include <vector>

#include "models/network_spec.h"

namespace ganvas::models {

struct StyleganSettings {
  /// Channels of each resolution from 4x4 up, both networks. Resolution = 4 * 2^(size - 1).
  std::vector<int> channels{512, 512, 512, 512, 256, 128, 64, 32, 16};
  int d_dense = 512;                 ///< width of the discriminator's last hidden layer
  int mapping_layers = 8;            ///< fully connected layers from z to w
  int mapping_channels = 512;        ///< width of all of them but the last
  double mapping_lr = 0.01;          ///< learning rate of the mapping network relative to the others
  bool normalize_z = true;           ///< scale z (and the label's embedding) to unit mean square first
  std::string fused_scale = "auto";  ///< resample inside the convolution: on, off, auto (from 128 pixels up)
  std::vector<int> blur{1, 2, 1};    ///< filter after upsampling and before downsampling; empty: none
  bool pixel_norm = false;           ///< after each activation of the generator: unit mean square over the channels
  bool instance_norm = true;         ///< after that: each channel to mean 0 and variance 1
  std::string activation = "lrelu";  ///< lrelu (slope 0.2) or relu, of both networks
  std::string mapping_activation = "lrelu";  ///< the same, of the mapping network
  int mbstd_group = 4;                       ///< pictures a group of the minibatch standard deviation; 0: none
  int mbstd_features = 1;                    ///< channels that it adds
};

/// Throws Error naming the first unknown key or value out of range.
StyleganSettings stylegan_settings(const NetworkSpec& spec);
/// The slope below zero of "lrelu" or "relu".
double stylegan_slope(const std::string& activation);
Json to_json(const StyleganSettings& settings);

}  // namespace ganvas::models
