#include "ui/panels/tour/tour.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "ui/widgets/widgets.h"

namespace ganvas::ui {

TourPanel::TourPanel()
    : Panel({.name = "tour", .title = "Tour", .place = PanelPlace::strip, .size = 88, .fleeting = true}) {}

void TourPanel::draw(const UiContext& ui) {
  begin_anew(ui);
  const auto steps = tour_steps();
  const auto first = std::find_if(steps.begin(), steps.end(), [&](const TourStep& step) { return !done(ui, step); });
  const TourStep* next = first == steps.end() ? nullptr : &*first;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, buttons = ui.px(next != nullptr ? 152 : 80);
  const float ticks = draw_ticks(ui, next) + ui.px(16);
  ImGui::SetCursorScreenPos({at.x + ticks, at.y});
  draw_step(ui, next, room - ticks - buttons - ui.px(12));
  ImGui::SetCursorScreenPos({at.x + room - buttons, at.y + ui.px(10)});
  draw_buttons(ui, next, buttons);
}

/// A tour that was closed, and is open again, begins with nothing done.
void TourPanel::begin_anew(const UiContext& ui) {
  if (ImGui::GetFrameCount() > frame_ + 1) before_ = ui.view.made;
  frame_ = ImGui::GetFrameCount();
}

bool TourPanel::done(const UiContext& ui, const TourStep& step) const {
  const auto count = [](const std::map<std::string_view, int>& made, const char* command) {
    const auto found = made.find(command);
    return found == made.end() ? 0 : found->second;
  };
  return std::any_of(step.commands.begin(), step.commands.end(),
                     [&](const char* command) { return count(ui.view.made, command) > count(before_, command); });
}

/// A numbered circle a step, or a tick where it is done; returns their width.
float TourPanel::draw_ticks(const UiContext& ui, const TourStep* next) const {
  const Palette& p = ui.palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float radius = ui.px(11), step_width = ui.px(28);
  const auto steps = tour_steps();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const ImVec2 centre{at.x + radius + static_cast<float>(i) * step_width, at.y + ui.px(26)};
    const bool ticked = done(ui, steps[i]);
    list->AddCircleFilled(centre, radius, ticked ? p.good : &steps[i] == next ? p.accent : p.raised);
    const render::Rectangle place{centre.x - radius, centre.y - radius, 2 * radius, 2 * radius};
    if (ticked) {
      draw_icon(list, Icon::check, centre, ui.px(14), p.on_accent);
      ui.inspector.add(fmt::format("tour.done.{}", i), place);
      continue;
    }
    const std::string number = std::to_string(i + 1);
    const ImVec2 size = ImGui::CalcTextSize(number.c_str());
    list->AddText({centre.x - size.x / 2, centre.y - size.y / 2}, &steps[i] == next ? p.on_accent : p.dim,
                  number.c_str());
  }
  return static_cast<float>(steps.size() - 1) * step_width + 2 * radius;
}

void TourPanel::draw_step(const UiContext& ui, const TourStep* next, float width) {
  ImGui::BeginGroup();
  ImGui::PushFont(ui.style.bold);
  ImGui::TextUnformatted(next != nullptr ? next->title : "That was the tour");
  ImGui::PopFont();
  ImGui::PushFont(ui.style.small_font);
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + std::max(width, ui.px(80)));
  ImGui::TextUnformatted(next != nullptr ? next->text
                                         : "All keys are on F1. The tab Settings has the tour once more, under Help.");
  ImGui::PopTextWrapPos();
  ImGui::PopFont();
  ImGui::EndGroup();
}

void TourPanel::draw_buttons(const UiContext& ui, const TourStep* next, float width) {
  if (next == nullptr) {
    if (button(ui, "tour.close", "Close", {.kind = ButtonKind::primary, .width = width})) ui.state.open.erase("tour");
    return;
  }
  const float half = (width - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (button(ui, "tour.show", "Show", {.width = half, .tip = "Open the tab where it is done"})) {
    ui.state.tab = next->tab;
    ui.state.panel_open = true;
  }
  ImGui::SameLine();
  if (button(ui, "tour.skip", "Skip", {.width = half, .tip = "End the tour (Esc)"})) ui.state.open.erase("tour");
}

}  // namespace ganvas::ui
