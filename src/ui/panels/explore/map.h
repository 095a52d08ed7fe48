#pragma once
// The map of the latent space: a plane of pictures that the mouse walks over.

#include "ui/widgets/context.h"
#include "ui/widgets/image_texture.h"

namespace ganvas::ui {

class MapPanel {
 public:
  void draw(const UiContext& ui);

 private:
  void draw_sheet(const UiContext& ui);

  ImageTexture texture_;
  float x_ = 0, y_ = 0;  ///< where the walker stands, -1..1
};

}  // namespace ganvas::ui
