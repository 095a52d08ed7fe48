#include "ui/panels/picture/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/panels/layers/layers.h"
#include "ui/panels/layers/reading.h"
#include "ui/panels/picture/pixel_filter.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

render::PicturePlacement placement_of(const app::ViewControls& view) {
  return {view.zoom, view.pan_x, view.pan_y};
}

void send_view(const UiContext& ui, const render::PicturePlacement& placement) {
  ui.sink.send(app::command::SetView{placement.zoom, placement.pan_x, placement.pan_y, ui.document().view.filter});
}

constexpr float kToolStrip = 50;  // design pixels that badges and tools take above a picture at zoom 1
constexpr float kMargin = 14;

/// The part of the area that a picture at zoom 1 fits into.
render::Rectangle stage_of(const UiContext& ui, const render::Rectangle& area) {
  const float strip = ui.px(kToolStrip - kMargin);
  return {area.x, area.y + strip, area.width, std::max(1.0F, area.height - strip)};
}

}  // namespace

void PicturePanel::draw(const UiContext& ui, const render::Rectangle& area, render::PixelSize picture) {
  ImGui::SetNextWindowPos({area.x, area.y});
  ImGui::SetNextWindowSize({area.width, area.height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::Begin("picture", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar(2);
  const app::ViewControls& view = ui.document().view;
  rectangle_ = render::place_picture(stage_of(ui, area), picture, placement_of(view), ui.px(kMargin));
  surface("surface", {std::max(area.width, 1.0F), std::max(area.height, 1.0F)});
  ui.inspector.add("picture.area", area);
  if (!picture.empty()) ui.inspector.add("picture", rectangle_);
  steer(ui, stage_of(ui, area));
  drag_.draw(ui, rectangle_);
  divider_.draw(ui, rectangle_);
  draw_reading(ui, area, draw_badges(ui, area));
  draw_tools(ui, area);
  ImGui::End();
}

void PicturePanel::steer(const UiContext& ui, const render::Rectangle& stage) {
  const ImGuiIO& io = ImGui::GetIO();
  const app::ViewControls& view = ui.document().view;
  if (ImGui::IsItemHovered() && io.MouseWheel != 0) {
    send_view(ui, render::zoom_about(stage, placement_of(view), std::pow(1.15, io.MouseWheel),
                                     {io.MousePos.x, io.MousePos.y}));
  }
  if (divider_.steer(ui, rectangle_) || drag_.steer(ui, rectangle_)) return;
  if (ImGui::IsItemDeactivated() && ui.view.frame && ui.view.frame->layer &&
      io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] < ui.px(3) * ui.px(3)) {
    click_channel(ui);
    return;
  }
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    reset_view(ui);
    return;
  }
  const ImVec2 moved = io.MouseDelta;
  if (!ImGui::IsItemActive() || (moved.x == 0 && moved.y == 0)) return;
  if (ImGui::IsMouseDragging(ImGuiMouseButton_Left, ui.px(3))) {
    // A grid follows the mouse cell by cell; a single picture passes a seed in less than its own width.
    const float cell = rectangle_.width / static_cast<float>(std::max(view.columns, 1));
    const double pixels_a_seed = std::clamp(cell, ui.px(48), ui.px(260)) * (io.KeyShift ? 10.0 : 1.0);
    ui.sink.send(app::command::PanSeed{-moved.x / pixels_a_seed, -moved.y / pixels_a_seed});
  } else if (ImGui::IsMouseDragging(ImGuiMouseButton_Right, 0) || ImGui::IsMouseDragging(ImGuiMouseButton_Middle, 0)) {
    const double width = std::max(stage.width, 1.0F);
    send_view(ui, {view.zoom, view.pan_x + moved.x / width, view.pan_y + moved.y / width});
  }
}

void PicturePanel::click_channel(const UiContext& ui) const {
  const app::Frame& frame = *ui.view.frame;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const int column =
      static_cast<int>(std::floor((mouse.x - rectangle_.x) / rectangle_.width * static_cast<float>(frame.columns)));
  const int row =
      static_cast<int>(std::floor((mouse.y - rectangle_.y) / rectangle_.height * static_cast<float>(frame.rows)));
  const int channel = row * frame.columns + column;
  if (column < 0 || column >= frame.columns || row < 0 || channel >= frame.layer->channels) return;
  bend_channel(ui, channel);
}

float PicturePanel::draw_badges(const UiContext& ui, const render::Rectangle& area) const {
  const Palette& p = ui.palette();
  const ImVec2 at{area.x + ui.px(14), area.y + ui.px(14)};
  const app::FramePtr& frame = ui.view.frame;
  if (!frame) {
    return badge(ui, at, ui.view.model.loading ? "Opening the model…" : "No picture yet", p.warn);
  }
  float right = 0;
  if (frame->past) {
    right = badge(ui, at, fmt::format("PAST  {:.1f} kimg  ·  step {}", frame->kimg, grouped(frame->step)), p.warn);
  } else if (frame->version > 0) {
    const bool live = training_active(ui.view.train.state) && ui.view.train.state != train::SessionState::paused;
    right = badge(
        ui, at,
        fmt::format("{}  step {}  ·  version {}{}", live ? "LIVE" : "Training", grouped(frame->step),
                    grouped(static_cast<std::int64_t>(frame->version)), frame->in_training ? "  ·  in training" : ""),
        live ? p.bad : p.dim);
  } else {
    right = badge(ui, at, ui.view.model.name.empty() ? "Model" : ui.view.model.name, 0);
  }
  if (ui.view.record.recording) {
    right = badge(ui, {right + ui.px(8), at.y}, "REC " + human_seconds(ui.view.record.seconds), p.bad);
  }
  return right;
}

/// A line where something about the network is assumed; it opens the panel that says what.
void PicturePanel::draw_reading(const UiContext& ui, const render::Rectangle& area, float left) const {
  const int assumed = count_assumed(ui);
  if (assumed == 0 || ui.view.model.training) return;
  const std::string text = assumed == 1 ? "One value of this network is assumed"
                                        : fmt::format("{} values of this network are assumed", assumed);
  // Beside the badge; under it where the tools leave no room.
  const bool beside = left + ui.px(280) < area.x + area.width - ui.px(360);
  ImGui::SetCursorScreenPos(beside ? ImVec2{left + ui.px(8), area.y + ui.px(kMargin)}
                                   : ImVec2{area.x + ui.px(kMargin), area.y + ui.px(kToolStrip)});
  if (button(ui, "picture.reading", text.c_str(),
             {.icon = Icon::warning,
              .on = ui.state.open.contains("reading"),
              .tip = "The file does not say all about the network. See what was taken for it, and change it"}))
    ui.state.toggle("reading");
}

void PicturePanel::draw_tools(const UiContext& ui, const render::Rectangle& area) const {
  const app::ViewControls& view = ui.document().view;
  const float side = ui.px(28);
  const float gap = ui.px(2);
  const auto panels = static_cast<float>(
      std::count_if(ui.panels.begin(), ui.panels.end(), [](const auto& p) { return p->info().icon != Icon::none; }));
  const float width = (7 + panels) * side + (6 + panels) * gap + ui.px(52);
  const ImVec2 at{area.x + area.width - width - ui.px(20), area.y + ui.px(14)};
  if (at.x < area.x + ui.px(240)) return;
  ImGui::GetWindowDrawList()->AddRectFilled({at.x - ui.px(5), at.y - ui.px(4)},
                                            {at.x + width + ui.px(5), at.y + side + ui.px(4)},
                                            faded(ui.palette().panel, 0.92F), ui.px(9));
  ImGui::SetCursorScreenPos(at);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {gap, gap});
  const auto tool = [&](const std::string& id, Icon icon, const char* tip, bool on = false, bool enabled = true) {
    const bool pressed =
        icon_button(ui, id, icon, {.kind = ButtonKind::ghost, .enabled = enabled, .on = on, .width = side, .tip = tip});
    ImGui::SameLine();
    return pressed;
  };
  if (tool("tools.undo", Icon::undo, "Undo (Ctrl+Z)", false, ui.view.can_undo)) ui.sink.send(app::command::Undo{});
  if (tool("tools.redo", Icon::redo, "Redo (Ctrl+Shift+Z)", false, ui.view.can_redo))
    ui.sink.send(app::command::Redo{});
  if (tool("tools.grid", Icon::grid, "One picture or a grid (G)", view.columns * view.rows > 1)) toggle_grid(ui);
  if (tool("tools.filter", Icon::smooth, filter_tip(view.filter), view.filter != app::PixelFilter::nearest))
    change_filter(ui);
  if (tool("tools.fit", Icon::fit, "Whole picture (0)")) reset_view(ui);
  const std::string zoom = fmt::format("{:.0f}%", view.zoom * 100);
  ImGui::PushFont(ui.style.small_font);
  const ImVec2 text = ImGui::CalcTextSize(zoom.c_str());
  const ImVec2 place = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddText({place.x + (ui.px(50) - text.x) / 2, place.y + (side - text.y) / 2},
                                      ui.palette().dim, zoom.c_str());
  ImGui::PopFont();
  ImGui::Dummy({ui.px(50), side});
  ImGui::SameLine();
  if (tool("tools.full_screen", Icon::full_screen, "Full screen (F11)") && ui.hooks.toggle_full_screen) {
    ui.hooks.toggle_full_screen();
  }
  for (const auto& panel : ui.panels) {
    const PanelInfo& info = panel->info();
    if (info.icon != Icon::none && tool("tools." + info.name, info.icon, info.tip, ui.state.open.contains(info.name)))
      ui.state.toggle(info.name);
  }
  if (tool("tools.panel", Icon::panel, "Show or hide the side panel", ui.state.panel_open)) {
    ui.state.panel_open = !ui.state.panel_open;
  }
  ImGui::PopStyleVar();
}

}  // namespace ganvas::ui
