#pragma once
// How this network is read: what its file does not say, what was taken for it, and what else it may be.

#include "ui/widgets/panel.h"

namespace ganvas::ui {

class ReadingPanel final : public Panel {
 public:
  ReadingPanel();
  void draw(const UiContext& ui) override;

 private:
  void draw_head(const UiContext& ui);

  bool each_ = false;  ///< each layer has a line of its own
};

/// How many values of the network on screen are assumed, and nobody has said so.
int count_assumed(const UiContext& ui);

}  // namespace ganvas::ui
