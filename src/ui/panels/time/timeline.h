#pragma once
// The timeline below the picture: keyframes, playhead, the way between, films.

#include "ui/widgets/panel.h"

namespace ganvas::ui {

class TimelinePanel final : public Panel {
 public:
  TimelinePanel();
  void draw(const UiContext& ui) override;

 private:
  void draw_controls(const UiContext& ui);
  void draw_options(const UiContext& ui);
  void draw_track(const UiContext& ui);
  void draw_keyframes(const UiContext& ui, const render::Rectangle& track, double shown_seconds);
  void draw_keyframe_menu(const UiContext& ui) const;
  void draw_film(const UiContext& ui);
  void draw_walk(const UiContext& ui);

  int dragged_ = -1;       ///< keyframe that follows the mouse; -1: none
  double dragged_to_ = 0;  ///< seconds
  int menu_of_ = -1;       ///< keyframe whose menu is open
  int fps_ = 30, size_ = 512;
  bool sound_ = false;  ///< the film has the sound of the track
  int beats_ = 4;       ///< of a bar, of a walk in time
  double seeds_ = 1;    ///< from bar to bar
};

/// Puts a keyframe at the playhead, or after the last one while the sliders have the picture.
void add_keyframe(const UiContext& ui);
void toggle_timeline_play(const UiContext& ui);

}  // namespace ganvas::ui
