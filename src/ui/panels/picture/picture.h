#pragma once
// The picture, large: wheel to zoom about the mouse, left drag to move across the seeds, right or middle drag to move
// the picture, double click to reset the view; the badge with version and step, and the tool bar over it.

#include "ui/panels/picture/divider.h"
#include "ui/panels/picture/drag_tool.h"
#include "ui/widgets/context.h"

namespace ganvas::ui {

class PicturePanel {
 public:
  /// `area` in ImGui's coordinates, `picture` in pixels of the texture.
  void draw(const UiContext& ui, const render::Rectangle& area, render::PixelSize picture);
  /// Where the picture lies now.
  [[nodiscard]] const render::Rectangle& rectangle() const { return rectangle_; }

 private:
  void steer(const UiContext& ui, const render::Rectangle& stage);
  void click_channel(const UiContext& ui) const;
  /// Returns the right edge of what it drew.
  float draw_badges(const UiContext& ui, const render::Rectangle& area) const;
  void draw_reading(const UiContext& ui, const render::Rectangle& area, float left) const;
  void draw_tools(const UiContext& ui, const render::Rectangle& area) const;

  render::Rectangle rectangle_;
  DragTool drag_;
  Divider divider_;
};

}  // namespace ganvas::ui
