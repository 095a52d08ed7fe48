#pragma once
// NetworkSpec::extra of StyleGAN2 (Karras et al. 2019) and StyleGAN2-ADA (Karras et al. 2020).

#include <string>
#include <vector>

#include "models/network_spec.h"

namespace ganvas::models {

struct Stylegan2Settings {
  /// Height and width of the learned start, 4x4 as published. Levels are named as if it were: b4, b8, ...
  std::vector<int> start{4, 4};
  /// Generator channels of each level from the start up. Resolution = start * 2^(size - 1). Where a specification has
  /// "channel_base" and "channel_max" instead, they are min(channel_base / resolution, channel_max).
  std::vector<int> channels;
  std::vector<int> d_channels;            ///< of the discriminator; empty: the same
  std::string g_architecture = "skip";    ///< skip (a picture from each resolution, summed), resnet, orig
  std::string d_architecture = "resnet";  ///< the same choices, towards the logit
  int mapping_layers = 8;                 ///< fully connected layers from z to w
  int mapping_channels = 0;               ///< width of all of them but the last; 0: w_dim
  double mapping_lr = 0.01;               ///< learning rate of the mapping networks relative to the others
  double w_avg_beta = 0.995;              ///< of the running average of w
  /// How labels act: "projection" (2020: embedded for G, mapped and projected on for D) or "concat" (2019: embedded
  /// beside z before both are normalised together; D has one logit a class).
  std::string labels = "projection";
  int embed_channels = 0;                  ///< of G's label embedding; 0: w_dim (concat: z_dim)
  int d_mapping_layers = 8;                ///< of D's label mapping
  int cmap_channels = 0;                   ///< of D's projection; 0: D's channels at 4x4
  std::string activation = "lrelu";        ///< of the layers that see pictures; as in bias_act
  std::string mapping_activation;          ///< of the mapping networks; empty: the same
  std::string epilogue_activation;         ///< of D's layers at 4x4; empty: the same
  std::vector<double> filter{1, 3, 3, 1};  ///< of all resampling
  double conv_clamp = 0;                   ///< limit of activations' magnitude; 0: none
  int fp16_resolutions = 0;                ///< so many highest resolutions run in half precision on a GPU
  bool noise = true;                       ///< per-pixel noise inputs
  int mbstd_group = 4;                     ///< pictures a group of the minibatch deviation; 0: the whole batch
  int mbstd_channels = 1;                  ///< channels that it adds; 0: none
  int freeze_layers = 0;                   ///< D's first layers that do not train (Mo et al. 2020, Freeze-D)

  /// The highest level's name: 256 of "b256".
  [[nodiscard]] int highest() const { return 4 << (channels.size() - 1); }
  /// Pixels of a picture.
  [[nodiscard]] int height() const { return start[0] << (channels.size() - 1); }
  [[nodiscard]] int width() const { return start[1] << (channels.size() - 1); }
  [[nodiscard]] const std::vector<int>& channels_of_d() const { return d_channels.empty() ? channels : d_channels; }
  [[nodiscard]] const std::string& activation_of_mapping() const {
    return mapping_activation.empty() ? activation : mapping_activation;
  }
  [[nodiscard]] const std::string& activation_of_epilogue() const {
    return epilogue_activation.empty() ? activation : epilogue_activation;
  }
};

/// Throws Error naming the first unknown key or value out of range.
Stylegan2Settings stylegan2_settings(const NetworkSpec& spec);
Json to_json(const Stylegan2Settings& settings);

}  // namespace ganvas::models
