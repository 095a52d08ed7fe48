#pragma once
// The tab Settings.

#include "ui/widgets/panel.h"

namespace ganvas::ui {

/// OSC, MIDI and sound.
void draw_control(const UiContext& ui);

class SettingsPanel final : public Panel {
 public:
  SettingsPanel();
  void draw(const UiContext& ui) override;
};

}  // namespace ganvas::ui
