#pragma once
// Everything that the panels draw, gathered once a frame on the UI thread. No torch.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/frame.h"
#include "app/run_comparison.h"
#include "app/state.h"
#include "latent/drag_points.h"
#include "train/report.h"

namespace ganvas {

/// A sentence for the person, shown for some seconds.
struct Notice {
  bool error = false;
  std::string text;
  double age_seconds = 0;
};

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

struct ModelView {
  std::string name;  ///< "starter-dcgan", the file's name, or that of its run
  std::string family;
  int z_dim = 0;
  int w_dim = 0;
  int c_dim = 0;
  int resolution = 0;                   ///< pixels
  std::vector<std::string> style_rows;  ///< where each enters: "b8.conv0"; one for a model without a style space
  int noise_layers = 0;                 ///< layers that add noise
  std::vector<LayerEntry> layers;       ///< that can be looked into and bent, in the order in which they run
  bool placeable = false;               ///< the picture can be shifted and turned (StyleGAN3)
  std::uint64_t parameters = 0;
  bool training = false;               ///< the model on screen is the one in training
  std::vector<NetworkEntry> networks;  ///< of the file; empty for the model in training
  std::string network;                 ///< name of the one on screen
  bool loading = false;                ///< another model is being opened; the one above is still on screen
  double progress = 0;                 ///< 0..1 of the file that is being opened
  double loading_seconds = 0;          ///< since it was asked for
  std::string loading_name;            ///< file or folder that is being opened
};

/// What was found by FindDirections, and whether more is being looked for.
struct DirectionsView {
  bool busy = false;
  double progress = 0;  ///< 0..1 of the search
  std::string method;   ///< of what was found
  std::vector<StyleMove> found;
};

/// A projection or a drag, and how far it is; what it left stays until the next.
struct SearchView {
  bool busy = false;
  bool drag = false;  ///< else a projection
  std::string name;   ///< of the picture's file
  int done = 0;       ///< steps
  int steps = 0;
  double psnr = 0;                               ///< dB, of a projection
  std::string features;                          ///< what pictures are compared by
  std::vector<DragPoint> points;                 ///< where they are now
  std::shared_ptr<const Image> picture, target;  ///< RGBA; null: not there yet
};

/// A model that was opened before.
struct RecentFile {
  std::string path;      ///< absolute; a file or a run folder
  bool missing = false;  ///< it is not there any more
  bool operator==(const RecentFile&) const = default;
};

struct TrainView {
  SessionState state = SessionState::idle;
  std::string message;
  std::string run_folder;
  std::vector<std::string> recipes;  ///< built-in names
  std::string recipe_title;
  std::vector<std::pair<std::string, std::string>> recipe_values;  ///< editable key -> JSON text, after overrides
  std::vector<std::string> overridden;                             ///< keys that differ from the published recipe
  std::string problem;          ///< why the chosen recipe or data cannot be used; empty: fine
  std::size_t peak_memory = 0;  ///< estimated bytes
  std::size_t free_memory = 0;  ///< bytes available now
  std::int64_t step = 0;
  double kimg = 0;
  double total_kimg = 0;
  double images_per_second = 0;
  double seconds_left = 0;
  const std::vector<StepReport>* history = nullptr;       ///< every step of the run so far
  std::vector<std::pair<std::string, std::string>> live;  ///< of the run: what may change now, key -> JSON text
  std::vector<std::string> edited;                        ///< keys of `live` that differ from the run's beginning
  std::vector<Alarm> alarms;                              ///< of the run so far, oldest first
  std::vector<QualityFigure> quality;                     ///< the same
  DataProgress data;                                      ///< of the data set's check, while starting; total 0: none
  std::shared_ptr<const Image> samples;                   ///< newest fixed samples, RGBA
  std::shared_ptr<const Image> reals;                     ///< RGBA
  std::string last_saved;                                 ///< path and step of the newest checkpoint
};

/// The moments of the run that the model on screen comes from.
struct TimeView {
  struct Moment {
    std::int64_t step = 0;
    double kimg = 0;
    bool marked = false;
  };
  std::string run;              ///< run folder; empty: the model comes from none
  std::vector<Moment> moments;  ///< kept weights, rising
  std::uint64_t bytes = 0;      ///< of all, on disk
  bool loading = false;         ///< weights are on their way
};

/// Runs side by side.
struct RunsView {
  bool busy = false;
  std::string folder;                                   ///< empty: nobody has asked yet
  std::shared_ptr<const std::vector<RunSummary>> runs;  ///< null: not read yet
  std::shared_ptr<const Image> charts;                  ///< RGB, dark or light as the theme; null: no run has a step
};

struct RecordView {
  bool recording = false;
  std::string path;
  double seconds = 0;
  std::uint64_t bytes = 0;
  std::uint64_t frames = 0;
  std::uint64_t dropped = 0;
};

/// What looking takes from a model in training.
struct BudgetView {
  double used = 0;      ///< share of the machine over the last seconds, 0..1; 0 while nothing trains
  bool allowed = true;  ///< whether the window may be drawn for what has not changed by the person's hand
};

/// How much the picture moves with each slider of a latent space.
struct SensitivityView {
  bool busy = false;
  double progress = 0;        ///< 0..1
  std::string space;          ///< "z" or "w"; empty: not measured yet
  int row = -1;               ///< of "w": style row, -1 all
  std::vector<float> levels;  ///< a slider: root mean square change of the picture, grey levels of 255 a unit
};

/// A plane through the latent space, as pictures.
struct MapView {
  bool busy = false;
  double progress = 0;                 ///< 0..1
  std::shared_ptr<const Image> sheet;  ///< RGBA, cells x cells pictures; null: not drawn yet
  int cells = 0;
  std::vector<float> middle, right, down;  ///< [w_dim] each: w at (x, y), -1..1, is middle + x * right + y * down
  double length = 0;                       ///< of every latent, for models without a style space; 0: free
};

/// What comes from outside.
struct InputsView {
  std::string learning;                               ///< the slider that waits; empty: none
  std::vector<std::pair<std::string, double>> heard;  ///< source and newest value, 0..1
  std::vector<std::string> problems;                  ///< why a source is not there, a sentence each
};

/// A film of the timeline that is being rendered.
struct RenderView {
  bool busy = false;
  std::string path;
  int done = 0;  ///< frames
  int frames = 0;
};

/// A figure that was measured.
struct MetricRow {
  std::string model;
  std::string metric;      ///< "face_fid2000"
  std::string value_name;  ///< "face_fid"
  double value = 0;
  std::vector<std::string> missing;  ///< of a factor report: "no mint hair color"
  std::string choices;               ///< all that the value depends on, a line each
};

struct MetricsView {
  bool busy = false;
  double progress = 0;          ///< 0..1 of the pass that is on
  std::vector<MetricRow> rows;  ///< of this sitting, oldest first
};

struct ViewModel {
  const AppState* state = nullptr;
  std::vector<float> latent;  ///< the present latent of the top-left picture, [z_dim]
  FramePtr frame;             ///< newest picture, may be null before the first
  ModelView model;
  DirectionsView directions;
  SearchView search;
  std::vector<std::shared_ptr<const Image>> thumbnails;  ///< RGBA, of the bookmarks; null: not there yet
  TrainView train;
  MetricsView metrics;
  TimeView time;
  RunsView runs;
  BudgetView budget;
  SensitivityView sensitivity;
  MapView map;
  InputsView inputs;
  RecordView record;
  RenderView render;
  std::vector<RecentFile> recent;  ///< newest first
  std::vector<Notice> notices;
  std::string device;       ///< "CPU (2 threads)" or the GPU's name
  std::string tier;         ///< "plain upload", ... set by the shell
  std::string tier_reason;  ///< why a better tier is not used
  double ui_frame_ms = 0;   ///< set by the shell
  double generator_ms = 0;
  bool can_undo = false;
  bool can_redo = false;
  bool wants_quit = false;  ///< ask before closing: training is on
  bool quit = false;        ///< close now
};

}  // namespace ganvas
