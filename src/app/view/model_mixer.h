#pragma once
// Opens the other model of a mix, and saves the model on screen. No torch in this header.

#include <memory>

#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/document/state.h"

namespace ganvas::io {
class WeightSet;
}  // namespace ganvas::io

namespace ganvas::app {

class Synthesizer;
struct OnScreen;

struct ModelMixerOptions {
  bool allow_torchscript = false;
};

/// Methods are for the UI thread and never wait, but for the destructor.
class ModelMixer {
 public:
  /// `synthesizer` lends the weights; it and what follows must outlive this.
  ModelMixer(ModelMixerOptions options, Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices);
  ~ModelMixer();

  /// Opens what the mix names, once; what cannot be opened is told once.
  void tick(const ModelMix& mix);
  /// Weights of the model that the newest mix names; null while it is being opened, or when there is none.
  [[nodiscard]] const std::shared_ptr<const io::WeightSet>& other() const;
  /// Takes SaveModel: the model on screen, mixed as it is.
  void serve(Services& services);
  /// Waits for the model that is being saved.
  void finish();
  /// Files that are still being written.
  [[nodiscard]] int in_flight() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
