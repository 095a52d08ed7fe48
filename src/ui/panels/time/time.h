#pragma once
// The time machine below the picture: the run's moments, what is shown of them, and what is beside it.

#include "ui/widgets/context.h"

namespace ganvas::ui {

/// Height in design pixels.
inline constexpr float kTimeHeight = 88;

class TimePanel {
 public:
  void draw(const UiContext& ui, const render::Rectangle& area);

 private:
  void draw_controls(const UiContext& ui) const;
  void draw_sides(const UiContext& ui) const;
  void draw_track(const UiContext& ui);
  void draw_branch(const UiContext& ui) const;

  bool drags_other_ = false;  ///< the mouse moves B, not A
};

/// To the kept moment before or after the one on screen; after the last comes the newest.
void step_in_time(const UiContext& ui, int moments);
void toggle_split(const UiContext& ui);
/// "12.5 kimg", "newest".
std::string moment_text(double kimg);

}  // namespace ganvas::ui
