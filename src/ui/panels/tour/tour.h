#pragma once
// The tour: a card below the picture with five short steps, each ticked when the visitor has done it.

#include <map>
#include <string_view>

#include "ui/panels/tour/tour_steps.h"
#include "ui/widgets/panel.h"

namespace ganvas::ui {

class TourPanel final : public Panel {
 public:
  TourPanel();
  void draw(const UiContext& ui) override;

 private:
  void begin_anew(const UiContext& ui);
  [[nodiscard]] bool done(const UiContext& ui, const TourStep& step) const;
  [[nodiscard]] float draw_ticks(const UiContext& ui, const TourStep* next) const;
  static void draw_step(const UiContext& ui, const TourStep* next, float width);
  static void draw_buttons(const UiContext& ui, const TourStep* next, float width);

  std::map<std::string_view, int> before_;  ///< how often each command had been made when the tour began
  int frame_ = -2;                          ///< ImGui's, in which it was drawn last
};

}  // namespace ganvas::ui
