#include <fmt/format.h>

#include <algorithm>

#include "ui/panels/picture/overlays.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

struct Cell {
  const char* id;
  std::string text;
  std::string tip;
  ImU32 dot = 0;
};

/// Draws one entry at `x` and returns where the next begins.
float draw_cell(const UiContext& ui, float x, const render::Rectangle& area, const Cell& cell) {
  const ImVec2 size = ImGui::CalcTextSize(cell.text.c_str());
  const float dot_room = cell.dot != 0 ? ui.px(14) : 0;
  ImGui::SetCursorScreenPos({x, area.y});
  ImGui::InvisibleButton(cell.id, {size.x + dot_room, area.height});
  const float middle = area.y + area.height / 2;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (cell.dot != 0) list->AddCircleFilled({x + ui.px(4), middle}, ui.px(4), cell.dot);
  list->AddText({x + dot_room, middle - size.y / 2}, ImGui::IsItemHovered() ? ui.palette().text : ui.palette().dim,
                cell.text.c_str());
  finish_item(ui, cell.id, cell.tip.c_str());
  return x + size.x + dot_room + ui.px(22);
}

}  // namespace

void draw_status_bar(const UiContext& ui, const render::Rectangle& area) {
  const app::ViewModel& view = ui.view;
  const Palette& p = ui.palette();
  ImGui::SetNextWindowPos({area.x, area.y});
  ImGui::SetNextWindowSize({area.width, area.height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1, 1});
  ImGui::Begin("status", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
  ImGui::PopStyleVar(3);
  ImGui::GetWindowDrawList()->AddLine({area.x, area.y}, {area.x + area.width, area.y}, p.line);
  ImGui::PushFont(ui.style.small_font);
  const int coarse = view.frame ? view.frame->coarse : 0;
  float x = area.x + ui.px(16);
  x = draw_cell(ui, x, area, {"status.device", view.device.empty() ? "Device" : view.device, "Where the networks run"});
  x = draw_cell(ui, x, area,
                {"status.tier", view.tier,
                 view.tier_reason.empty() ? "How pictures reach the screen; this is the chosen way" : view.tier_reason,
                 view.tier_reason.empty() ? p.good : p.warn});
  x = draw_cell(ui, x, area,
                {"status.ui_ms", fmt::format("UI {:.1f} ms", view.ui_frame_ms),
                 "Time to draw a frame of the window, milliseconds"});
  x = draw_cell(ui, x, area,
                {"status.generator_ms",
                 fmt::format("Generator {:.1f} ms{}", view.generator_ms,
                             coarse > 0 ? fmt::format(", coarse: {} px", coarse) : ""),
                 coarse > 0 ? "Made in haste, with that many pixels from top to bottom; the exact picture follows when "
                              "the hand rests (Settings, Drag time)"
                            : "Time to make the newest picture, milliseconds; it is the exact one"});
  x = draw_cell(
      ui, x, area,
      {"status.model", fitted(view.model.name.empty() ? "No model" : view.model.name, ui.px(200)), "Model on screen"});
  if (view.frame && view.frame->version > 0) {
    x = draw_cell(
        ui, x, area,
        {"status.version", fmt::format("Weights {}  ·  step {}", view.frame->version, grouped(view.frame->step)),
         "Version of the weights that made this picture, and their training step"});
  }
  if (const auto& streams = view.output.streams; !streams.empty()) {
    const bool all = std::ranges::all_of(streams, [](const app::StreamView& stream) { return stream.stats.connected; });
    const std::string text = streams.size() == 1 ? std::string("Live") : fmt::format("Live {}", streams.size());
    x = draw_cell(ui, x, area,
                  {"status.live", text, "The picture is sent to other programs; the tab Record says where",
                   all ? p.good : p.warn});
  }
  if (training_active(view.train.state)) {
    draw_cell(
        ui, x, area,
        {"status.train", fmt::format("{} {:.0f} img/s", state_text(view.train.state), view.train.images_per_second),
         "Training", view.train.state == train::SessionState::running ? p.good : p.warn});
  }
  ImGui::PopFont();
  ImGui::End();
}

}  // namespace ganvas::ui
