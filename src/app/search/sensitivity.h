#pragma once
// Measures how much the picture moves with each slider of a latent space. No torch in this header.

#include <memory>

#include "app/dispatch/command.h"
#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/search/search_view.h"

namespace ganvas::app {

class Synthesizer;
struct OnScreen;

/// One measurement at a time; a new one takes the place of the one before. Works beside the view, one picture's time
/// after another. Methods are for the owner's thread and never wait.
class Sensitivity {
 public:
  /// `synthesizer` lends the weights; all three must outlive this.
  Sensitivity(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices);
  ~Sensitivity();

  /// Takes MeasureSensitivity, around the present picture, and CancelSensitivity.
  void serve(Services& services);
  void tick();
  [[nodiscard]] const SensitivityView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
