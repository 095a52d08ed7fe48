#pragma once
// A picture of the person's own: the search for its latents, and the drag of points of the present picture.

#include "ui/widgets/context.h"
#include "ui/widgets/image_texture.h"

namespace ganvas::ui {

class ProjectionPanel {
 public:
  void draw(const UiContext& ui);

 private:
  void draw_choices(const UiContext& ui);
  void draw_progress(const UiContext& ui);
  static void draw_drag(const UiContext& ui);

  ImageTexture target_, found_;
};

/// The line of the keyboard map about dragging points.
std::vector<KeyRow> drag_keys();

/// The search for a picture's latents with what the panel has chosen.
app::command::ProjectPicture projection_of(const UiState& state, const std::string& path);

}  // namespace ganvas::ui
