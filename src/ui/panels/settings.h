#pragma once
// The tab Settings.

#include "ui/context.h"

namespace ganvas {

class SettingsPanel {
 public:
  void draw(const UiContext& ui);
};

}  // namespace ganvas
