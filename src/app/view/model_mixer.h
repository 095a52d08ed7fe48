#pragma once
// Opens the other model of a mix, and saves the model on screen. No torch in this header.

#include <functional>
#include <memory>
#include <string>

#include "app/document/state.h"

namespace ganvas::io {
class WeightSet;
}  // namespace ganvas::io

namespace ganvas::app {

class Synthesizer;

struct ModelMixerOptions {
  bool allow_torchscript = false;
};

/// Methods are for the UI thread and never wait, but for the destructor.
class ModelMixer {
 public:
  using Tell = std::function<void(bool error, const std::string& text)>;

  ModelMixer(Synthesizer& synthesizer, ModelMixerOptions options, Tell tell);
  ~ModelMixer();

  /// Opens what the mix names, once; what cannot be opened is told once.
  void tick(const ModelMix& mix);
  /// Weights of the model that the newest mix names; null while it is being opened, or when there is none.
  [[nodiscard]] const std::shared_ptr<const io::WeightSet>& other() const;
  /// Writes the model on screen, mixed as it is.
  void save(const std::string& path, bool training);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
