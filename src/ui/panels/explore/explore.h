#pragma once
// The tab Explore: seed, truncation, grid, animation, the blend of A and B, and the sliders of the latent.

#include "ui/panels/explore/bookmarks.h"
#include "ui/panels/explore/map.h"
#include "ui/widgets/panel.h"

namespace ganvas::ui {

/// A searchable list with a row a latent dimension: slider, value, lock, reset.
class LatentList {
 public:
  void draw(const UiContext& ui);

 private:
  void draw_tools(const UiContext& ui);
  void draw_row(const UiContext& ui, int index, float width) const;
  [[nodiscard]] bool shown(const UiContext& ui, int index) const;

  std::string search_;
  int filter_ = 0;  // all, edited, locked, by effect
};

/// The model's name, the ways to another one, its network, and what is being opened.
void draw_model(const UiContext& ui);

class ExplorePanel final : public Panel {
 public:
  ExplorePanel();
  void draw(const UiContext& ui) override;

 private:
  static void draw_seed(const UiContext& ui);
  static void draw_grid(const UiContext& ui);
  static void draw_animation(const UiContext& ui);
  static void draw_blend(const UiContext& ui);

  BookmarksPanel bookmarks_;
  MapPanel map_;
  LatentList latents_;
};

}  // namespace ganvas::ui
