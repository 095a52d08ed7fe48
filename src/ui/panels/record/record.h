#pragma once
// The tab Record: pictures, pictures of the window, films, the picture on other screens and in other programs.

#include <array>
#include <string>

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
  void draw_output(const UiContext& ui);
  void draw_streams(const UiContext& ui);

  static constexpr std::array<int, 3> kRates = {24, 30, 60};
  static constexpr const char* kRateNames[] = {"24", "30", "60"};
  int rate_ = 1;  // index of the frame rate
  bool caption_ = false;
  // Of the track.
  int track_rate_ = 1, track_size_ = 0;  // indices of frame rate and size
  // Of the timelapse.
  int form_ = 0, pace_ = 0, kind_ = 0;
  int side_ = 4;  // pictures along the edge of the grid
  double seconds_ = 20;
  int monitor_ = 0;  // of the second window, as ShowOutput counts
  // Of a live stream.
  std::string address_;
  int stream_size_ = 1, stream_rate_ = 1;
  double megabits_ = 6;
};

}  // namespace ganvas::ui
