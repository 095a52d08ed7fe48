#pragma once
// The thread that makes pictures: own generator replicas, own stream, the latest request wins. No torch in this header.

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "app/frame.h"
#include "latent/controls.h"

namespace ganvas {

struct Snapshot;  // train/snapshot.h

/// What to show, as a value.
struct LatentRequest {
  std::uint64_t number = 0;  ///< grows with each request
  LatentControls latent;
  int columns = 1;
  int rows = 1;
  int threads = 1;        ///< threads of the synthesizer
  bool training = false;  ///< the model in training instead of the file, once there is a snapshot of it
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
  std::string path;         ///< as asked for; empty for training
  std::string name;
  std::string family;
  int z_dim = 0;
  int c_dim = 0;
  int resolution = 0;
  std::uint64_t parameters = 0;
};
/// Something did not work; the picture stays as it was.
struct SynthesisFailed {
  std::uint64_t model = 0;  ///< number of the file that could not be opened; 0: it was not about opening one
  std::string text;         ///< one sentence
};
using SynthesizerEvent = std::variant<DeviceReady, ModelReady, SynthesisFailed>;

/// Methods are for the owner's thread and never wait, but for the destructor, which joins.
class Synthesizer {
 public:
  /// device: auto, cpu, cuda, cuda:N.
  explicit Synthesizer(std::string device);
  ~Synthesizer();

  /// Opens a model file on the synthesizer's thread; the present picture stays until it is ready. Empty path: starter.
  void open_file(const std::string& path, std::uint64_t model);
  /// The newest weights of training session `model`. A snapshot that was not yet shown is dropped.
  void show_snapshot(std::shared_ptr<const Snapshot> snapshot, std::uint64_t model);
  /// The newest request; older ones are dropped. New weights are shown for the same request again.
  void request(LatentRequest request);

  /// The newest frame since the last call, or null.
  FramePtr take_frame();
  /// What happened since the last call, in order.
  std::vector<SynthesizerEvent> take_events();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas
