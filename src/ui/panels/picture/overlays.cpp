#include "ui/panels/picture/overlays.h"

#include <algorithm>
#include <string>

#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

float notice_opacity(const app::Notice& notice) {
  const double life = notice.error ? 15.0 : 6.0;
  const double in = std::clamp(notice.age_seconds / 0.15, 0.0, 1.0);
  const double out = std::clamp((life - notice.age_seconds) / 0.5, 0.0, 1.0);
  return static_cast<float>(std::min(in, out));
}

/// Returns the upper edge of the card.
float draw_notice(const UiContext& ui, const app::Notice& notice, float x, float bottom, float width) {
  const Palette& p = ui.palette();
  ImDrawList* list = ImGui::GetForegroundDrawList();
  const float opacity = notice_opacity(notice);
  const float pad = ui.px(12);
  const float icon = ui.px(28);
  const ImVec2 size = ImGui::CalcTextSize(notice.text.c_str(), nullptr, false, width - 2 * pad - icon);
  const ImVec2 low{x, bottom - size.y - 2 * pad};
  const ImVec2 high{x + std::min(width, size.x + 2 * pad + icon), bottom};
  const ImU32 colour = notice.error ? p.bad : p.good;
  list->AddRectFilled({low.x + ui.px(1), low.y + ui.px(3)}, {high.x + ui.px(1), high.y + ui.px(3)},
                      faded(IM_COL32(0, 0, 0, 90), opacity), ui.px(8));
  list->AddRectFilled(low, high, faded(blend(p.panel, p.raised, 0.6F), opacity), ui.px(8));
  list->AddRect(low, high, faded(notice.error ? p.bad : p.line, opacity), ui.px(8));
  draw_icon(list, notice.error ? Icon::warning : Icon::check, {low.x + pad + ui.px(7), low.y + pad + ui.px(8)},
            ui.px(16), faded(colour, opacity));
  list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {low.x + pad + icon, low.y + pad}, faded(p.text, opacity),
                notice.text.c_str(), nullptr, width - 2 * pad - icon);
  return low.y;
}

/// A question in the middle of the window while `open`. True: its buttons follow, then ImGui::EndPopup().
bool begin_question(const UiContext& ui, const char* popup, bool open, const char* title, const char* text) {
  if (open && !ImGui::IsPopupOpen(popup)) ImGui::OpenPopup(popup);
  ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Always, {0.5F, 0.5F});
  ImGui::SetNextWindowSize({ui.px(430), 0});
  if (!ImGui::BeginPopupModal(popup, nullptr,
                              ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove))
    return false;
  if (!open) ImGui::CloseCurrentPopup();
  ImGui::PushFont(ui.style.large);
  ImGui::TextUnformatted(title);
  ImGui::PopFont();
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text);
  ImGui::PopTextWrapPos();
  ImGui::Dummy({0, ui.px(4)});
  return true;
}

}  // namespace

void draw_notices(const UiContext& ui, const render::Rectangle& area) {
  const float width = std::min(ui.px(460), area.width - ui.px(28));
  float bottom = area.y + area.height - ui.px(14);
  for (auto notice = ui.view.notices.rbegin(); notice != ui.view.notices.rend(); ++notice) {
    bottom = draw_notice(ui, *notice, area.x + ui.px(14), bottom, width) - ui.px(8);
    if (bottom < area.y + area.height / 3) break;
  }
}

void draw_quit_question(const UiContext& ui) {
  if (!begin_question(
          ui, "##quit", ui.view.wants_quit, "Training is on",
          "Quit now? The step in hand is finished, then the checkpoint, the model and the charts are saved; "
          "the run can go on later from there."))
    return;
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (button(ui, "quit.stay", "Keep training", {.width = half, .tip = ""})) ui.sink.send(app::command::CancelQuit{});
  ImGui::SameLine();
  if (button(ui, "quit.confirm", "Save and quit", {.kind = ButtonKind::primary, .width = half, .tip = ""})) {
    ui.sink.send(app::command::Quit{true});
  }
  ImGui::EndPopup();
}

void draw_unsaved_question(const UiContext& ui) {
  const app::RescueView& rescue = ui.view.rescue;
  const std::string text =
      "ganvas ended before its session was saved; it is kept as it was on " + rescue.written + ". Open it?";
  if (!begin_question(ui, "##unsaved", !rescue.path.empty(), "An unsaved session", text.c_str())) return;
  const float third = (ImGui::GetContentRegionAvail().x - 2 * ImGui::GetStyle().ItemSpacing.x) / 3;
  if (button(ui, "unsaved.forget", "Throw it away", {.width = third, .tip = ""}))
    ui.sink.send(app::command::LeaveUnsaved{true});
  ImGui::SameLine();
  if (button(ui, "unsaved.later", "Not now", {.width = third, .tip = ""})) ui.sink.send(app::command::LeaveUnsaved{});
  ImGui::SameLine();
  if (button(ui, "unsaved.open", "Open it", {.kind = ButtonKind::primary, .width = third, .tip = ""}))
    ui.sink.send(app::command::LoadSession{rescue.path});
  ImGui::EndPopup();
}

}  // namespace ganvas::ui
