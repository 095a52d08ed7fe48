#pragma once
// The keyboard map: every key and what it does.

#include "ui/widgets/panel.h"

namespace ganvas::ui {

class KeyboardPanel final : public Panel {
 public:
  KeyboardPanel();
  void draw(const UiContext& ui) override;
};

}  // namespace ganvas::ui
