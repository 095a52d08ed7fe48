#pragma once
// The tab Layers: the microscope (what a layer holds) and network bending.

#include "ui/widgets/panel.h"

namespace ganvas::ui {

class LayersPanel final : public Panel {
 public:
  LayersPanel();
  void draw(const UiContext& ui) override;

 private:
  static void draw_choice(const UiContext& ui);
  static void draw_figures(const UiContext& ui);
  void draw_bends(const UiContext& ui);
  void draw_bend(const UiContext& ui, int index) const;
};

/// A click on a cell of the sheet of channels: a bend of that channel.
void bend_channel(const UiContext& ui, int channel);

}  // namespace ganvas::ui
