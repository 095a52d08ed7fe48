#pragma once
// The whole document as one value. Only dispatch() writes it; undo keeps old values. No torch.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/shared_list.h"
#include "latent/controls.h"
#include "latent/timeline.h"

namespace ganvas::app {

/// A latent state that was kept.
struct Bookmark {
  std::string name;
  latent::LatentControls latent;
  bool operator==(const Bookmark&) const = default;
};

/// The timeline and where its playhead is.
struct TimelineControls {
  latent::Timeline timeline;
  bool on = false;       ///< the picture is the timeline's at `at`; else that of the sliders
  bool playing = false;  ///< the playhead moves with the clock
  double at = 0;         ///< seconds
  int onion_skin = 0;    ///< keyframes before and after that shine through, 0..3
  bool operator==(const TimelineControls&) const = default;
};

/// Another model of the same family, mixed into the one on screen (model arithmetic).
struct ModelMix {
  std::string path;     ///< model file or run folder; empty: none
  std::string network;  ///< name of the network in it; empty: the moving average where there is one
  int split = 16;       ///< pixels: layers of a lower resolution are coarse, the others fine
  double coarse = 0;    ///< weight of the other model in the coarse layers and the mapping, 0..1
  double fine = 0;      ///< in the fine layers
  bool operator==(const ModelMix&) const = default;
};

/// What moves a slider from outside.
struct Binding {
  std::string source;  ///< "osc /fader/1", "midi 1 cc 7", "audio level" (inputs/audio.h), ...
  std::string target;  ///< a slider: "psi", "dimension 3", ... (app/dispatch/targets.h)
  double low = 0;      ///< the slider's value at 0
  double high = 1;     ///< at 1
  bool operator==(const Binding&) const = default;
};

/// Control from outside; all of it is off until a person asks for it.
struct InputControls {
  bool osc = false;
  int osc_port = 9000;
  bool osc_open = false;  ///< from other machines too; else from this one alone
  bool midi = false;
  std::string audio;  ///< a sound file, or "device" for the default input; empty: off
  std::vector<Binding> bindings;
  bool operator==(const InputControls&) const = default;
};

/// Which moment of its run the model on screen shows, and what is beside it.
struct TimeControls {
  double at = -1;        ///< kimg of the moment; below 0: the newest weights
  bool between = false;  ///< weights between two kept moments are mixed, else the nearest moment is shown
  bool split = false;    ///< right of the divider is B
  double divider = 0.5;  ///< 0..1 of each picture's width
  double other = -1;     ///< B: kimg of the moment; below 0: the newest weights
  std::string model;     ///< B: this model file or run folder instead; empty: the moment
  bool operator==(const TimeControls&) const = default;
};

/// The layer that is looked into instead of the picture.
struct LayerView {
  std::string layer;      ///< its name; empty: the picture
  bool spectrum = false;  ///< its channels' power spectra instead of their values
  bool operator==(const LayerView&) const = default;
};

/// How pixels that are shown larger than they are meet.
enum class PixelFilter {
  automatic,  ///< blended above four times their size, where single pixels would be seen
  smooth,     ///< blended (linear)
  nearest     ///< as they are
};

struct ViewControls {
  int columns = 1;     ///< pictures side by side, 1..16
  int rows = 1;        ///< 1..16
  double zoom = 1.0;   ///< 1 fits the picture into its area
  double pan_x = 0.0;  ///< shift of the picture, fraction of the area's width
  double pan_y = 0.0;
  PixelFilter filter = PixelFilter::automatic;
  LayerView layer;
  bool operator==(const ViewControls&) const = default;
};

struct TrainControls {
  std::string recipe = "starter-dcgan";          ///< name or path
  std::string data = "faces";                    ///< "faces" or a folder
  std::map<std::string, std::string> overrides;  ///< recipe key -> value as JSON text ("batch" -> "64")
  std::string from;   ///< a model file, checkpoint or run folder that the run begins with; empty: fresh weights
  int freeze_d = -1;  ///< of its discriminator, so many first layers do not train; -1: as in the file
  std::string on_trouble = "warn";  ///< warn, pause or roll_back (train/run/session.h)
  bool follow = true;               ///< Explore shows the model in training while there is one
  bool in_training = false;         ///< of it the weights in training, not their moving average
  bool operator==(const TrainControls&) const = default;
};

/// Everything that a session file keeps and undo brings back.
struct AppState {
  std::string model;    ///< path of the model file; empty: the built-in starter model
  std::string network;  ///< name of the network in it; empty: the moving average where there is one
  latent::LatentControls latent;
  SharedList<Bookmark> bookmarks;
  TimelineControls timeline;
  ViewControls view;
  ModelMix mix;
  TimeControls time;
  InputControls inputs;
  TrainControls train;
  bool operator==(const AppState&) const = default;
};

}  // namespace ganvas::app
