// A timeline that walks in time with a piece of music.

#include "ui/panels/time/timeline.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void TimelinePanel::draw_walk(const UiContext& ui) {
  if (button(ui, "timeline.walk", "Walk…", {.tip = "A timeline in time with a piece of music: a keyframe a bar"}))
    ImGui::OpenPopup("##walk");
  if (!ImGui::BeginPopup("##walk")) return;
  track_button(ui, "timeline.walk.file", ui.px(220));
  ImGui::SetNextItemWidth(ui.px(120));
  ImGui::DragInt("beats a bar", &beats_, 0.1F, 1, 64, "%d", ImGuiSliderFlags_AlwaysClamp);
  finish_item(ui, "timeline.walk.beats", "Beats from keyframe to keyframe, 1 to 64");
  ImGui::SetNextItemWidth(ui.px(120));
  const double low = -100, high = 100;
  ImGui::DragScalar("seeds a bar", ImGuiDataType_Double, &seeds_, 0.05F, &low, &high, "%.2f",
                    ImGuiSliderFlags_AlwaysClamp);
  finish_item(ui, "timeline.walk.seeds", "Seeds to the right from keyframe to keyframe, -100 to 100");
  if (button(ui, "timeline.walk.make", "Make the walk",
             {.enabled = !track_file(ui).empty(),
              .width = ui.px(220),
              .tip = "From the present sliders on; takes the place of the timeline (undo brings it back)"})) {
    ui.sink.send(app::command::WalkTrack{track_file(ui), beats_, seeds_});
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
}

}  // namespace ganvas::ui
