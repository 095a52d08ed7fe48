#pragma once
// The divider between A and B (the time machine), in each picture of the grid: drag it with the mouse.

#include "ui/widgets/context.h"

namespace ganvas::ui {

class Divider {
 public:
  /// `picture`: where all pictures lie, in ImGui's coordinates.
  void draw(const UiContext& ui, const render::Rectangle& picture) const;
  /// For the last item, the surface of the picture. True while the mouse has the divider.
  bool steer(const UiContext& ui, const render::Rectangle& picture);

 private:
  bool held_ = false;
  float cell_ = 0;  ///< column of the picture that it is held in
};

}  // namespace ganvas::ui
