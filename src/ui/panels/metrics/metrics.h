#pragma once
// The tab Metrics: measure the model on screen, the figures so far, and how they went.

#include "ui/widgets/panel.h"

namespace ganvas::ui {

class MetricsPanel final : public Panel {
 public:
  MetricsPanel();
  void draw(const UiContext& ui) override;

 private:
  void draw_choices(const UiContext& ui);
  void draw_buttons(const UiContext& ui);
  static void draw_rows(const UiContext& ui);
  static void draw_course(const UiContext& ui);
  static void draw_missing(const UiContext& ui);

  int kind_ = 0;     // by the face network, or the field's metrics
  int samples_ = 1;  // of the choices
  std::string metrics_ = "fid,kid";
  std::string data_ = "faces";
  std::string extractor_;
};

}  // namespace ganvas::ui
