#pragma once
// The tab Settings.

#include "ui/widgets/context.h"

namespace ganvas::ui {

/// OSC, MIDI and sound.
void draw_control(const UiContext& ui);

class SettingsPanel {
 public:
  void draw(const UiContext& ui);
};

}  // namespace ganvas::ui
