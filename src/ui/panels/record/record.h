#pragma once
// The tab Record: pictures, pictures of the window, films.

#include "ui/widgets/panel.h"

namespace ganvas::ui {

class RecordPanel final : public Panel {
 public:
  RecordPanel();
  void draw(const UiContext& ui) override;

 private:
  void draw_film(const UiContext& ui);
  static void draw_rendering(const UiContext& ui);
  void draw_track(const UiContext& ui);
  void draw_timelapse(const UiContext& ui);

  int rate_ = 1;  // index of the frame rate
  bool caption_ = false;
  // Of the track.
  int track_rate_ = 1, track_size_ = 0;  // indices of frame rate and size
  // Of the timelapse.
  int form_ = 0, pace_ = 0, kind_ = 0;
  int side_ = 4;  // pictures along the edge of the grid
  double seconds_ = 20;
};

}  // namespace ganvas::ui
