#pragma once
// Points and mask of a drag, put on the picture by mouse.

#include "ui/widgets/context.h"
#include "ui/widgets/image_texture.h"

namespace ganvas::ui {

class DragTool {
 public:
  /// While the tool is on: takes what the mouse does with the picture, which lies in `picture` (the whole grid), as the
  /// item drawn last. True: the mouse is taken.
  bool steer(const UiContext& ui, const render::Rectangle& picture);
  /// Points, goals and mask; while a drag is on, its picture and where the points are now.
  void draw(const UiContext& ui, const render::Rectangle& picture);

 private:
  bool pulling_ = false;
  ImageTexture live_;
};

}  // namespace ganvas::ui
