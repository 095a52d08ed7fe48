#pragma once
// Latent states that were kept, with a small picture each.

#include <vector>

#include "ui/widgets/context.h"
#include "ui/widgets/image_texture.h"

namespace ganvas::ui {

class BookmarksPanel {
 public:
  void draw(const UiContext& ui);

 private:
  void draw_bookmark(const UiContext& ui, int index, float side);
  void draw_menu(const UiContext& ui);

  std::vector<ImageTexture> textures_;
  int menu_of_ = -1;
};

}  // namespace ganvas::ui
