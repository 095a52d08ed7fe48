#include "ui/panels/explore/explore.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "ui/widgets/actions.h"
#include "ui/widgets/parameter_slider.h"

namespace ganvas::ui {

ExplorePanel::ExplorePanel()
    : Panel({.name = "explore",
             .title = "Explore",
             .keys = {{"B", "Keep a bookmark", {{letter('B'), sends(app::command::AddBookmark{})}}}}}) {}

void ExplorePanel::draw(const UiContext& ui) {
  draw_model(ui);
  draw_seed(ui);
  draw_grid(ui);
  draw_animation(ui);
  draw_blend(ui);
  bookmarks_.draw(ui);  // its last line goes on with the map
  map_.draw(ui);
  latents_.draw(ui);
}

void ExplorePanel::draw_seed(const UiContext& ui) {
  const latent::LatentControls& latent = ui.document().latent;
  heading(ui, "Seed");
  label(ui, "Seed");
  const float dice = ImGui::GetFrameHeight();
  int seed = static_cast<int>(std::lround(latent.seed_x) + 100 * std::lround(latent.seed_y));
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - dice - ImGui::GetStyle().ItemSpacing.x);
  ImGui::PushID("explore.seed");
  if (ui.state.focus_seed) ImGui::SetKeyboardFocusHere();
  ui.state.focus_seed = false;
  const bool entered = ImGui::InputInt("##seed", &seed, 0, 0, ImGuiInputTextFlags_EnterReturnsTrue);
  ImGui::PopID();
  if (entered) ui.sink.send(app::command::SetSeed{static_cast<double>(seed), 0});
  finish_item(ui, "explore.seed",
              "Number of the random latent: type one and press Enter; the arrow keys step through them");
  ImGui::SameLine();
  if (icon_button(ui, "explore.randomise", Icon::dice, {.tip = "Random values for all unlocked dimensions (R)"})) {
    randomise(ui);
  }
  label(ui, "Plane");
  std::array<double, 2> place = {latent.seed_x, latent.seed_y};
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  const std::array<const char*, 2> ids = {"explore.seed_x", "explore.seed_y"};
  const std::array<const char*, 2> formats = {"x  %.2f", "y  %.2f"};
  for (std::size_t i = 0; i < 2; ++i) {
    if (i == 1) ImGui::SameLine();
    ImGui::SetNextItemWidth(half);
    ImGui::PushID(ids[i]);
    const bool moved =
        ImGui::DragScalar("##place", ImGuiDataType_Double, &place[i], 0.02F, nullptr, nullptr, formats[i]);
    ImGui::PopID();
    if (moved) ui.sink.send(app::command::PanSeed{place[0] - latent.seed_x, place[1] - latent.seed_y});
    finish_item(ui, ids[i], "Place on the plane of seeds, in seeds; drag here, or drag the picture itself");
  }
  label(ui, "Truncation");
  parameter_slider(ui, "explore.psi", "psi");
}

void ExplorePanel::draw_grid(const UiContext& ui) {
  const app::ViewControls& view = ui.document().view;
  label(ui, "Grid");
  static constexpr std::array<int, 4> kSides = {1, 2, 4, 8};
  static constexpr const char* kNames[] = {"1", "2×2", "4×4", "8×8"};
  int chosen = -1;
  for (std::size_t i = 0; i < kSides.size(); ++i) {
    if (view.columns == kSides[i] && view.rows == kSides[i]) chosen = static_cast<int>(i);
  }
  const float sides_width = ui.px(84);
  const float presets_width = ImGui::GetContentRegionAvail().x - sides_width - ImGui::GetStyle().ItemSpacing.x;
  if (segmented(ui, "explore.grid", kNames, chosen, "Pictures side by side; G goes back and forth", presets_width)) {
    const int side = kSides[static_cast<std::size_t>(chosen)];
    ui.sink.send(app::command::SetGrid{side, side});
  }
  ImGui::SameLine();
  int sides[2] = {view.columns, view.rows};
  ImGui::SetNextItemWidth(sides_width);
  ImGui::PushID("explore.grid_sides");
  const bool changed = ImGui::DragInt2("##sides", sides, 0.05F, 1, 16, "%d", ImGuiSliderFlags_AlwaysClamp);
  ImGui::PopID();
  if (changed) ui.sink.send(app::command::SetGrid{sides[0], sides[1]});
  finish_item(ui, "explore.grid_sides", "Columns and rows, 1 to 16; drag or double-click to type");
}

void ExplorePanel::draw_animation(const UiContext& ui) {
  const latent::LatentControls& latent = ui.document().latent;
  label(ui, "Animate");
  if (icon_button(ui, "explore.animate", latent.animate ? Icon::pause : Icon::play,
                  {.kind = latent.animate ? ButtonKind::primary : ButtonKind::normal,
                   .tip = "Walk through the seeds, or between A and B (Space)"})) {
    toggle_animation(ui);
  }
  ImGui::SameLine();
  parameter_slider(ui, "explore.speed", "speed");
}

void ExplorePanel::draw_blend(const UiContext& ui) {
  const latent::BlendControls& blend = ui.document().latent.blend;
  const bool ready = !blend.a.empty() && !blend.b.empty();
  heading(ui, "Blend");
  const float third = (ImGui::GetContentRegionAvail().x - 2 * ImGui::GetStyle().ItemSpacing.x) / 3;
  if (button(ui, "blend.a", blend.a.empty() ? "Keep as A" : "A",
             {.icon = blend.a.empty() ? Icon::none : Icon::check,
              .width = third,
              .tip = "Keep the present latent as A"})) {
    ui.sink.send(app::command::CaptureBlend{false});
  }
  ImGui::SameLine();
  if (button(ui, "blend.b", blend.b.empty() ? "Keep as B" : "B",
             {.icon = blend.b.empty() ? Icon::none : Icon::check,
              .width = third,
              .tip = "Keep the present latent as B"})) {
    ui.sink.send(app::command::CaptureBlend{true});
  }
  ImGui::SameLine();
  if (button(ui, "blend.on", blend.on ? "On" : "Off",
             {.icon = Icon::swap,
              .enabled = ready,
              .on = blend.on,
              .width = third,
              .tip = ready ? "Show the blend between A and B" : "Keep an A and a B first"})) {
    ui.sink.send(app::command::SetBlend{!blend.on, blend.t, blend.mode});
  }
  if (!ready) return;
  double t = blend.t;
  label(ui, "A to B");
  SliderOptions options = parameter_options("blend");
  options.strong = blend.on;
  if (slider(ui, "blend.t", t, options)) ui.sink.send(app::command::SetBlend{true, t, blend.mode});
  label(ui, "Path");
  static constexpr const char* kModes[] = {"Spherical", "Linear"};
  int mode = blend.mode == latent::Interpolation::spherical ? 0 : 1;
  if (segmented(ui, "blend.mode", kModes, mode, "Along the sphere of latents, or straight through it")) {
    ui.sink.send(app::command::SetBlend{blend.on, blend.t,
                                        mode == 0 ? latent::Interpolation::spherical : latent::Interpolation::linear});
  }
}

}  // namespace ganvas::ui
