// The track of the timeline: playhead, keyframes and their menu.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/panels/time/timeline.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void TimelinePanel::draw_track(const UiContext& ui) {
  const app::TimelineControls& controls = ui.document().timeline;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const render::Rectangle track{at.x + ui.px(8), at.y, std::max(1.0F, ImGui::GetContentRegionAvail().x - ui.px(16)),
                                ui.px(34)};
  const double shown = std::max(latent::timeline_length(controls.timeline), 1.0);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float middle = track.y + track.height / 2;
  list->AddRectFilled({track.x, middle - ui.px(2)}, {track.x + track.width, middle + ui.px(2)}, ui.palette().line,
                      ui.px(2));
  const double step = shown > 60 ? 10 : shown > 12 ? 5 : 1;
  for (double s = 0; s <= shown; s += step) {
    const float x = track.x + static_cast<float>(s / shown) * track.width;
    list->AddLine({x, middle + ui.px(6)}, {x, middle + ui.px(11)}, ui.palette().dim);
  }
  draw_keyframes(ui, track, shown);
  ImGui::SetCursorScreenPos({track.x, track.y});
  ImGui::InvisibleButton("##track", {track.width, track.height});
  finish_item(ui, "timeline.track", "Drag to scrub; drag a keyframe to move it; right-click one for its menu");
  const double seconds = std::clamp((ImGui::GetIO().MousePos.x - track.x) / track.width, 0.0F, 1.0F) * shown;
  if (ImGui::IsItemActive() && dragged_ < 0 && !controls.timeline.keyframes.empty())
    ui.sink.send(app::command::SeekTimeline{seconds});
  if (dragged_ >= 0) {
    dragged_to_ = seconds;
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
      const double before = controls.timeline.keyframes[static_cast<std::size_t>(dragged_)].seconds;
      if (std::abs(dragged_to_ - before) > 0.004) ui.sink.send(app::command::MoveKeyframe{dragged_, dragged_to_});
      dragged_ = -1;
    }
  }
  if (!controls.on) return;
  const float x = track.x + static_cast<float>(controls.at / shown) * track.width;
  list->AddLine({x, track.y}, {x, track.y + track.height}, ui.palette().accent, ui.px(2));
}

void TimelinePanel::draw_keyframes(const UiContext& ui, const render::Rectangle& track, double shown) {
  const auto& frames = ui.document().timeline.timeline.keyframes;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (dragged_ >= static_cast<int>(frames.size())) dragged_ = -1;
  for (int i = 0; i < static_cast<int>(frames.size()); ++i) {
    const double seconds = i == dragged_ ? dragged_to_ : frames[static_cast<std::size_t>(i)].seconds;
    const ImVec2 centre{track.x + static_cast<float>(seconds / shown) * track.width, track.y + track.height / 2};
    const float r = ui.px(7);
    const render::Rectangle box{centre.x - r, centre.y - r, 2 * r, 2 * r};
    ui.inspector.add(fmt::format("timeline.keyframe.{}", i), box);
    const bool hovered =
        ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect({box.x, box.y}, {box.x + box.width, box.y + box.height});
    list->AddQuadFilled({centre.x, centre.y - r}, {centre.x + r, centre.y}, {centre.x, centre.y + r},
                        {centre.x - r, centre.y}, hovered || i == dragged_ ? ui.palette().accent : ui.palette().text);
    if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
      dragged_ = i;
      dragged_to_ = frames[static_cast<std::size_t>(i)].seconds;
      ui.sink.send(app::command::SeekTimeline{dragged_to_});
    }
    if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
      menu_of_ = i;
      ImGui::OpenPopup("##keyframe");
    }
  }
}

void TimelinePanel::draw_keyframe_menu(const UiContext& ui) const {
  if (!ImGui::BeginPopup("##keyframe")) return;
  const auto& frames = ui.document().timeline.timeline.keyframes;
  if (menu_of_ >= 0 && menu_of_ < static_cast<int>(frames.size())) {
    static constexpr const char* kEasings[] = {"Even", "Slow start", "Slow end", "Both"};
    int ease = static_cast<int>(frames[static_cast<std::size_t>(menu_of_)].ease);
    if (segmented(ui, "timeline.ease", kEasings, ease, "Pace of the way to the next keyframe", ui.px(330)))
      ui.sink.send(app::command::SetEasing{menu_of_, static_cast<latent::Easing>(ease)});
    const auto entry = [&](const char* id, const char* text, const app::Command& command, const char* tip) {
      if (!button(ui, id, text, {.width = ui.px(330), .tip = tip})) return;
      ui.sink.send(command);
      ImGui::CloseCurrentPopup();
    };
    entry("timeline.recall", "Take its sliders", app::command::RecallKeyframe{menu_of_}, "The sliders take its state");
    entry("timeline.replace", "Replace by the sliders",
          app::command::AddKeyframe{frames[static_cast<std::size_t>(menu_of_)].seconds},
          "Its state becomes that of the sliders");
    entry("timeline.remove", "Remove", app::command::RemoveKeyframe{menu_of_}, "Take the keyframe away");
  }
  ImGui::EndPopup();
}

}  // namespace ganvas::ui
