#pragma once
// What is on screen, as the services may ask. No torch.

#include <functional>

#include "app/view/synthesizer.h"
#include "core/error.h"

namespace ganvas::app {

/// UI thread.
struct OnScreen {
  std::function<const ModelReady*()> model;  ///< the one in training while it is followed, else the file; null: none
  std::function<FramePtr()> frame;           ///< the newest exact picture; null before the first

  /// Throws Error while there is no model.
  [[nodiscard]] const ModelReady& needed_model() const {
    const ModelReady* shown = model();
    require(shown != nullptr, "There is no model yet; open one first.");
    return *shown;
  }
};

}  // namespace ganvas::app
