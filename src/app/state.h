#pragma once
// The whole document as one value. Only dispatch() writes it; undo keeps old values. No torch.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "latent/controls.h"

namespace ganvas {

struct ViewControls {
  int columns = 1;     ///< pictures side by side, 1..16
  int rows = 1;        ///< 1..16
  double zoom = 1.0;   ///< 1 fits the picture into its area
  double pan_x = 0.0;  ///< shift of the picture, fraction of the area's width
  double pan_y = 0.0;
  bool smooth = false;  ///< linear filter instead of nearest
  bool operator==(const ViewControls&) const = default;
};

struct TrainControls {
  std::string recipe = "starter-dcgan";          ///< name or path
  std::string data = "faces";                    ///< "faces" or a folder
  std::map<std::string, std::string> overrides;  ///< recipe key -> value as JSON text ("batch" -> "64")
  std::string on_trouble = "warn";               ///< warn, pause or roll_back (train/session.h)
  bool follow = true;                            ///< Explore shows the model in training while there is one
  bool operator==(const TrainControls&) const = default;
};

enum class Theme { dark, light };
enum class DisplayTier { automatic, interop, pinned, plain };

struct Settings {
  Theme theme = Theme::dark;
  double ui_scale = 0.0;  ///< 0: from the monitor
  DisplayTier tier = DisplayTier::automatic;
  int frame_limit = 60;  ///< frames a second
  int view_threads = 1;  ///< threads of the synthesizer
  bool operator==(const Settings&) const = default;
};

/// Everything that a session file keeps and undo brings back.
struct AppState {
  std::string model;    ///< path of the model file; empty: the built-in starter model
  std::string network;  ///< name of the network in it; empty: the moving average where there is one
  LatentControls latent;
  ViewControls view;
  TrainControls train;
  Settings settings;
  bool operator==(const AppState&) const = default;
};

}  // namespace ganvas
