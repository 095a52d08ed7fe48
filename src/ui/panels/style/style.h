#pragma once
// The tab Style: truncation, noise, place and class of the picture, mixed styles, directions of the style space, and
// the search for pictures of the person's own.

#include "ui/panels/style/projection.h"
#include "ui/widgets/panel.h"

namespace ganvas::ui {

/// Which style rows something acts on, as a row of cells that the mouse paints. True when it changed.
bool style_row_cells(const UiContext& ui, const std::string& id, std::vector<double>& weights, const char* tip);

/// A source of styles for the finer half of the rows, which leaves the pose as it is.
latent::StyleSource fine_source(const UiContext& ui);

/// Another model mixed into the one on screen, and the way to keep the result.
void draw_model_mixing(const UiContext& ui);

/// Found directions, and the sliders of those that are used.
class DirectionsPanel {
 public:
  void draw(const UiContext& ui);

 private:
  void draw_search(const UiContext& ui);
  static void draw_found(const UiContext& ui);
  static void draw_moves(const UiContext& ui);

  int method_ = 0;             // closed form, principal components
  int first_ = 0, last_ = -1;  // style rows
};

/// The values of w, of all style rows or of one.
class StyleSliders {
 public:
  void draw(const UiContext& ui);

 private:
  void draw_slider(const UiContext& ui, int index, float width) const;

  int row_ = -1;  // -1: all
};

class StylePanel final : public Panel {
 public:
  StylePanel() : Panel({.name = "style", .title = "Style", .keys = drag_keys()}) {}
  void draw(const UiContext& ui) override;

 private:
  void draw_synthesis(const UiContext& ui);
  void draw_noise_strength(const UiContext& ui, latent::NoiseControls noise);
  static void draw_classes(const UiContext& ui);
  static void draw_mixing(const UiContext& ui);
  static void draw_source(const UiContext& ui, int index);

  int noise_layer_ = -1;  // -1: all
  StyleSliders sliders_;
  DirectionsPanel directions_;
  ProjectionPanel projection_;
};

}  // namespace ganvas::ui
