#pragma once
// Measures how much the picture moves with each slider of a latent space. No torch in this header.

#include <functional>
#include <memory>
#include <string>

#include "app/document/command.h"
#include "app/search/search_view.h"

namespace ganvas::app {

class Synthesizer;

/// One measurement at a time; a new one takes the place of the one before. Works beside the view, one picture's time
/// after another. Methods are for the owner's thread and never wait.
class Sensitivity {
 public:
  using Tell = std::function<void(bool error, const std::string& text)>;

  /// `synthesizer` lends the weights and must outlive this.
  Sensitivity(Synthesizer& synthesizer, Tell tell);
  ~Sensitivity();

  /// Around the picture of `latent`. training: of the model in training, at its newest weights.
  void measure(const command::MeasureSensitivity& measure, const latent::LatentControls& latent, bool training);
  void cancel();
  void tick();
  [[nodiscard]] const SensitivityView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
