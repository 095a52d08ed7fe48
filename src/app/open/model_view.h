#pragma once
// What is shown of models that are open, are being opened, or were. No torch.

#include <cstdint>
#include <string>
#include <vector>

namespace ganvas::app {

/// A network that a model file holds and that a known family fits.
struct NetworkEntry {
  std::string name;  ///< "G_ema", "D"
  std::string role;  ///< "generator" or "discriminator"
  std::string family;
  std::uint64_t parameters = 0;
  bool choosable = false;  ///< it makes pictures
};

/// A layer of the generator.
struct LayerEntry {
  std::string name;
  int channels = 0;
  int side = 0;  ///< cells of a channel's map, each way
  bool operator==(const LayerEntry&) const = default;
};

/// A value of the network that its file does not say.
struct ReadingEntry {
  std::string layer;
  std::string key;    ///< of the layer: "kind", "stride", ...
  std::string value;  ///< what was taken for it
  std::string reason;
  std::vector<std::string> others;  ///< what else it may be
  bool given = false;               ///< a person has said so
  bool operator==(const ReadingEntry&) const = default;
};

struct ModelView {
  std::string name;  ///< "starter-dcgan", the file's name, or that of its run
  std::string family;
  int z_dim = 0;
  int w_dim = 0;
  int c_dim = 0;
  int resolution = 0;                   ///< pixels of its pictures from top to bottom
  int width = 0;                        ///< and from left to right
  std::vector<std::string> style_rows;  ///< where each enters: "b8.conv0"; one for a model without a style space
  int noise_layers = 0;                 ///< layers that add noise
  std::vector<LayerEntry> layers;       ///< that can be looked into and bent, in the order in which they run
  bool placeable = false;               ///< the picture can be shifted and turned (StyleGAN3)
  std::vector<ReadingEntry> reading;    ///< what the file does not say of the network, layer by layer
  std::uint64_t parameters = 0;
  bool training = false;               ///< the model on screen is the one in training
  std::vector<NetworkEntry> networks;  ///< of the file; empty for the model in training
  std::string network;                 ///< name of the one on screen
  bool loading = false;                ///< another model is being opened; the one above is still on screen
  double progress = 0;                 ///< 0..1 of the file that is being opened
  double loading_seconds = 0;          ///< since it was asked for
  std::string loading_name;            ///< file or folder that is being opened
};

/// A model that comes with the program.
struct BuiltInModel {
  std::string title;  ///< one line for people
  std::string path;   ///< as AppState::model
};

/// A model that was opened before.
struct RecentFile {
  std::string path;      ///< absolute; a file or a run folder
  bool missing = false;  ///< it is not there any more
  bool operator==(const RecentFile&) const = default;
};

}  // namespace ganvas::app
