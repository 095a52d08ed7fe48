#include "ui/panels/explore/map.h"

#include <algorithm>

#include "app/search/map_point.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void MapPanel::draw(const UiContext& ui) {
  const app::MapView& map = ui.view.map;
  // Beside the bookmarks where there is room, so that the sliders below keep theirs.
  ImGui::SameLine();
  if (ImGui::GetContentRegionAvail().x < ui.px(170)) ImGui::NewLine();
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (map.busy) {
    if (button(ui, "map.cancel", "Cancel", {.width = half, .tip = "Give up the map"}))
      ui.sink.send(app::command::CancelMap{});
    ImGui::SameLine();
    progress_bar(ui, map.progress, ui.palette().accent);
  } else if (button(ui, "map.draw", map.sheet ? "Map again" : "Map",
                    {.width = half,
                     .tip = "The plane of the latent space in which pictures differ the most (two largest principal "
                            "components of the styles), 12×12 pictures, of the model on screen"})) {
    ui.sink.send(app::command::DrawMap{});
  }
  const bool based = !ui.document().latent.style.base.empty();
  if (based) {
    if (!map.busy) ImGui::SameLine();
    if (button(ui, "map.leave", "Back to the seed",
               {.width = half, .tip = "The styles are those of the sliders again"}))
      ui.sink.send(app::command::SetStyleBase{});
  }
  if (map.sheet) draw_sheet(ui);
}

void MapPanel::draw_sheet(const UiContext& ui) {
  const app::MapView& map = ui.view.map;
  const float side = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("##map", {side, side});
  finish_item(ui, "map", "Press and walk: the styles are those of the place under the mouse");
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddImageRounded(texture_.of(map.sheet), at, {at.x + side, at.y + side}, {0, 0}, {1, 1}, IM_COL32_WHITE,
                        ui.px(6));
  const auto standing = [&] { return ImVec2{at.x + (x_ + 1) / 2 * side, at.y + (y_ + 1) / 2 * side}; };
  if (ImGui::IsItemActive()) {
    const ImVec2 mouse = ImGui::GetIO().MousePos, moved = ImGui::GetIO().MouseDelta;
    x_ = std::clamp((mouse.x - at.x) / side * 2 - 1, -1.0F, 1.0F);
    y_ = std::clamp((mouse.y - at.y) / side * 2 - 1, -1.0F, 1.0F);
    if (ImGui::IsItemActivated() || moved.x != 0 || moved.y != 0)
      ui.sink.send(app::command::SetStyleBase{app::map_point(map, x_, y_)});
  }
  if (ui.document().latent.style.base.empty()) return;
  list->AddCircleFilled(standing(), ui.px(6), IM_COL32(16, 18, 23, 205));
  list->AddCircle(standing(), ui.px(6), ui.palette().accent, 0, ui.px(2));
}

}  // namespace ganvas::ui
