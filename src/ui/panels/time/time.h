#pragma once
// The time machine below the picture: the run's moments, what is shown of them, and what is beside it.

#include "ui/widgets/panel.h"

namespace ganvas::ui {

class TimePanel final : public Panel {
 public:
  TimePanel();
  void draw(const UiContext& ui) override;

 private:
  void draw_controls(const UiContext& ui) const;
  void draw_sides(const UiContext& ui) const;
  void draw_track(const UiContext& ui);
  void draw_branch(const UiContext& ui) const;

  bool drags_other_ = false;  ///< the mouse moves B, not A
};

/// "12.5 kimg", "newest".
std::string moment_text(double kimg);

}  // namespace ganvas::ui
