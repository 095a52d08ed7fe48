#include "ui/panels/picture/divider.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "ui/panels/time/time.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void Divider::draw(const UiContext& ui, const render::Rectangle& picture) const {
  const app::FramePtr& frame = ui.view.frame;
  if (!frame || frame->divider < 0) return;
  const app::TimeControls& time = ui.document().time;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float cell = picture.width / static_cast<float>(std::max(frame->columns, 1));
  const float bottom = picture.y + picture.height;
  for (int i = 0; i < frame->columns; ++i) {
    const float x = picture.x + (static_cast<float>(i) + static_cast<float>(time.divider)) * cell;
    list->AddLine({x, picture.y}, {x, bottom}, IM_COL32(255, 255, 255, 220), ui.px(2));
    if (i == 0) ui.inspector.add("picture.divider", {x - ui.px(6), picture.y, ui.px(12), picture.height});
  }
  const float at = bottom - ui.px(36);
  badge(ui, {picture.x + ui.px(8), at}, "A  " + moment_text(time.at), ui.palette().accent);
  const std::string b =
      "B  " + (time.model.empty() ? moment_text(time.other) : std::filesystem::path(time.model).filename().string());
  ImGui::PushFont(ui.style.small_font);
  const float width = ImGui::CalcTextSize(b.c_str()).x + ui.px(44);
  ImGui::PopFont();
  badge(ui, {picture.x + picture.width - width, at}, b, ui.palette().second);
}

bool Divider::steer(const UiContext& ui, const render::Rectangle& picture) {
  const app::FramePtr& frame = ui.view.frame;
  if (!frame || frame->divider < 0 || picture.width <= 0) return held_ = false;
  app::TimeControls time = ui.document().time;
  const float cells = static_cast<float>(std::max(frame->columns, 1));
  const float across = (ImGui::GetIO().MousePos.x - picture.x) / picture.width * cells;
  const float off = std::abs(across - std::floor(across) - static_cast<float>(time.divider)) * picture.width / cells;
  const bool near = ImGui::IsItemHovered() && off < ui.px(7);
  if (ImGui::IsItemActivated() && near) {
    held_ = true;
    cell_ = std::floor(across);
  }
  if (!ImGui::IsItemActive()) held_ = false;
  if (near || held_) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  if (!held_) return false;
  const double divider = std::clamp(across - cell_, 0.0F, 1.0F);
  if (std::exchange(time.divider, divider) != divider) ui.sink.send(app::command::SetTime{time});
  return true;
}

}  // namespace ganvas::ui
