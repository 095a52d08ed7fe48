#pragma once
// The thread that makes pictures: own generator replicas, own stream, the latest request wins. No torch in this header.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/document/state.h"
#include "app/open/model_view.h"
#include "app/render/frame.h"
#include "latent/controls.h"
#include "latent/timeline.h"

namespace ganvas::io {
class WeightSet;
}  // namespace ganvas::io

namespace ganvas::train {
struct Snapshot;
}  // namespace ganvas::train

namespace ganvas::app {

class Renderer;      // app/render/renderer.h
struct KeptWeights;  // app/time/time_machine.h
struct OpenedModel;  // app/open/open_model.h

/// What to show, as a value.
struct LatentRequest {
  std::uint64_t number = 0;  ///< grows with each request
  latent::LatentControls latent;
  int columns = 1;
  int rows = 1;
  LayerView layer;                           ///< a layer's channels instead of the picture
  std::optional<latent::Timeline> timeline;  ///< its moment `at` instead of `latent`
  double at = 0;
  ModelMix mix;                                     ///< of the file
  std::shared_ptr<const io::WeightSet> mixed_with;  ///< null: not there yet, or none
  std::shared_ptr<const KeptWeights> past;          ///< in place of the newest weights; null: those
  bool split = false;                               ///< right of the divider is B
  double divider = 0.5;                             ///< 0..1 of each picture's width
  std::shared_ptr<const KeptWeights> other;         ///< B; null: the newest weights
  int onion_skin = 0;                               ///< keyframes before and after that shine through
  int threads = 1;                                  ///< threads of the synthesizer; 0: all
  double most_ms = 0;        ///< a picture that would take longer comes coarse first, then exact; 0: exact at once
  bool training = false;     ///< the model in training instead of the file, once there is a snapshot of it
  bool in_training = false;  ///< of it the weights in training, once a snapshot has them, instead of their average
  bool operator==(const LatentRequest&) const = default;
};

/// The synthesizer is ready.
struct DeviceReady {
  std::string text;  ///< "CPU (2 threads)"
};
/// A model can be shown from now on.
struct ModelReady {
  bool training = false;    ///< from snapshots, not from a file
  std::uint64_t model = 0;  ///< the number it was opened with
  std::string name;
  std::string family;
  int z_dim = 0;
  int w_dim = 0;
  int c_dim = 0;
  int resolution = 0;                   ///< pixels of its pictures from top to bottom
  int width = 0;                        ///< and from left to right
  std::vector<std::string> style_rows;  ///< as ModelView has it, and so the next two
  int noise_layers = 0;
  std::vector<LayerEntry> layers;  ///< after LayersKnown
  bool placeable = false;
  bool mean_style = false;  ///< truncation moves its styles towards their mean
  std::vector<ReadingEntry> reading;
  std::vector<std::string> remarks;  ///< as OpenedModel has it
  std::uint64_t parameters = 0;
  std::vector<NetworkEntry> networks;  ///< of the file
  std::string network;                 ///< name of the one that is shown
};
/// Something did not work; the picture stays as it was.
struct SynthesisFailed {
  std::string text;  ///< one sentence
};
/// The layers of a model, once its first picture has been made.
struct LayersKnown {
  bool training = false;
  std::uint64_t model = 0;
  std::vector<LayerEntry> layers;
};
using SynthesizerEvent = std::variant<DeviceReady, ModelReady, LayersKnown, SynthesisFailed>;

/// Methods are for the owner's thread and never wait, but for the destructor, which joins.
class Synthesizer {
 public:
  /// device: auto, cpu, cuda, cuda:N.
  explicit Synthesizer(std::string device);
  ~Synthesizer();

  /// Takes over a model that was opened as number `model`, between two frames. Any thread.
  void show_model(std::shared_ptr<OpenedModel> opened, std::uint64_t model);
  /// The newest weights of training session `model`. A snapshot that was not yet shown is dropped.
  void show_snapshot(std::shared_ptr<const train::Snapshot> snapshot, std::uint64_t model);
  /// The newest request; older ones are dropped. New weights are shown for the same request again. A coarse frame is
  /// followed by the exact one of the same request when no other has come for a moment.
  void request(LatentRequest request);

  /// Shows the model to `look`, on the synthesizer's thread between two frames: the one in training once there are
  /// weights of it (those that the newest request asks for), else the file, as soon as there is one. It must be quick,
  /// as the picture waits for it.
  void between_frames(bool training, std::function<void(const Renderer&)> look);

  /// Lends the model to `work`, on the synthesizer's thread, when no newer picture is asked for; one after the other.
  /// What it does must take about as long as a picture. Work that is left when the synthesizer goes is dropped.
  void when_idle(bool training, std::function<void(Renderer&)> work);

  /// The newest frame since the last call, or null.
  FramePtr take_frame();
  /// What happened since the last call, in order.
  std::vector<SynthesizerEvent> take_events();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
