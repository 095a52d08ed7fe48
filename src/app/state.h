#pragma once
// The whole document as one value. Only dispatch() writes it; undo keeps old values. No torch.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "latent/controls.h"
#include "latent/timeline.h"

namespace ganvas {

/// A latent state that was kept.
struct Bookmark {
  std::string name;
  LatentControls latent;
  bool operator==(const Bookmark&) const = default;
};

/// The timeline and where its playhead is.
struct TimelineControls {
  Timeline timeline;
  bool on = false;       ///< the picture is the timeline's at `at`; else that of the sliders
  bool playing = false;  ///< the playhead moves with the clock
  double at = 0;         ///< seconds
  int onion_skin = 0;    ///< keyframes before and after that shine through, 0..3
  bool operator==(const TimelineControls&) const = default;
};

/// The layer that is looked into instead of the picture.
struct LayerView {
  std::string layer;      ///< its name; empty: the picture
  bool spectrum = false;  ///< its channels' power spectra instead of their values
  bool operator==(const LayerView&) const = default;
};

struct ViewControls {
  int columns = 1;     ///< pictures side by side, 1..16
  int rows = 1;        ///< 1..16
  double zoom = 1.0;   ///< 1 fits the picture into its area
  double pan_x = 0.0;  ///< shift of the picture, fraction of the area's width
  double pan_y = 0.0;
  bool smooth = false;  ///< linear filter instead of nearest
  LayerView layer;
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
  std::vector<Bookmark> bookmarks;
  TimelineControls timeline;
  ViewControls view;
  TrainControls train;
  Settings settings;
  bool operator==(const AppState&) const = default;
};

}  // namespace ganvas
