#include "ui/panels/settings/settings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

#include "ui/widgets/widgets.h"

namespace ganvas::ui {

namespace {

/// What looking may take from a model in training. True when it changed; so does the next.
bool draw_shares(const UiContext& ui, app::Settings& settings) {
  bool changed = false;
  label(ui, "View budget");
  double view_share = settings.view_share * 100;
  if (slider(ui, "settings.view_share", view_share,
             {.low = 0,
              .high = 50,
              .neutral = 10,
              .step = 1,
              .format = "%.0f %%",
              .tip = "Share of its time that looking may take from a model in training: window, pictures and the "
                     "live quality. The tab Train shows what it takes"})) {
    settings.view_share = std::clamp(view_share / 100, 0.0, 0.5);
    changed = true;
  }
  label(ui, "Live quality");
  double share = settings.quality_share * 100;
  if (slider(
          ui, "settings.quality_share", share,
          {.low = 0,
           .high = 50,
           .neutral = 5,
           .step = 1,
           .format = "%.0f %%",
           .tip = "Share of the time that measuring the quality may take while a model trains, from the next start on; "
                  "0: none"})) {
    settings.quality_share = std::clamp(share / 100, 0.0, 0.5);
    changed = true;
  }
  return changed;
}

bool draw_speed(const UiContext& ui, app::Settings& settings) {
  bool changed = false;
  heading(ui, "Speed");
  label(ui, "Display");
  static constexpr const char* kTiers[] = {"Auto", "Interop", "Pinned", "Plain"};
  int tier = static_cast<int>(settings.tier);
  changed |= segmented(ui, "settings.tier", kTiers, tier,
                       "How pictures reach the screen: CUDA-OpenGL interop, pinned pixel buffers or plain upload; the "
                       "next one takes over when one fails");
  settings.tier = static_cast<app::DisplayTier>(tier);
  dim_text(ui, "Now: " + ui.view.tier + (ui.view.tier_reason.empty() ? "." : ". " + ui.view.tier_reason + "."));
  label(ui, "Frame limit");
  double limit = settings.frame_limit;
  if (slider(ui, "settings.frame_limit", limit,
             {.low = 10,
              .high = 240,
              .neutral = 60,
              .step = 1,
              .format = "%.0f",
              .tip = "Most frames a second that the window draws"})) {
    settings.frame_limit = static_cast<int>(std::lround(limit));
    changed = true;
  }
  label(ui, "View threads");
  const double cores = std::max(1U, std::thread::hardware_concurrency());
  double threads = settings.view_threads;
  if (slider(ui, "settings.view_threads", threads,
             {.low = 0,
              .high = std::max(cores, 2.0),
              .neutral = 0,
              .step = 1,
              .format = "%.0f",
              .tip = "Processor threads that make the picture; 0: one while a model trains, else all"})) {
    settings.view_threads = static_cast<int>(std::lround(threads));
    changed = true;
  }
  label(ui, "Drag time");
  if (slider(
          ui, "settings.drag_ms", settings.drag_ms,
          {.low = 0,
           .high = 200,
           .neutral = 33,
           .step = 1,
           .format = "%.0f ms",
           .tip = "Most milliseconds to a picture while you drag: what takes longer comes coarse first and exact when "
                  "the hand rests; 0: always exact. On a processor, of networks that add up their picture from block "
                  "to block (StyleGAN2). Records and exports are always exact"}))
    changed = true;
  return draw_shares(ui, settings) || changed;
}

}  // namespace

SettingsPanel::SettingsPanel() : Panel({.name = "settings", .title = "Settings"}) {}

void SettingsPanel::draw(const UiContext& ui) {
  app::Settings settings = *ui.view.settings;
  bool changed = false;
  heading(ui, "Look");
  label(ui, "Theme");
  static constexpr const char* kThemes[] = {"Dark", "Light"};
  int theme = static_cast<int>(settings.theme);
  changed |= segmented(ui, "settings.theme", kThemes, theme, "Colours of the interface");
  settings.theme = static_cast<app::Theme>(theme);
  label(ui, "Size");
  static constexpr std::array<double, 5> kScales = {0, 1, 1.25, 1.5, 2};
  static constexpr const char* kScaleNames[] = {"Auto", "100", "125", "150", "200"};
  int scale = -1;
  for (std::size_t i = 0; i < kScales.size(); ++i) {
    if (std::abs(settings.ui_scale - kScales[i]) < 1e-3) scale = static_cast<int>(i);
  }
  if (segmented(ui, "settings.scale", kScaleNames, scale,
                "Size of the interface in percent; Auto follows the monitor")) {
    settings.ui_scale = kScales[static_cast<std::size_t>(scale)];
    changed = true;
  }
  changed |= draw_speed(ui, settings);
  if (changed) ui.sink.send(app::command::SetSettings{settings});
  draw_control(ui);
  heading(ui, "Help");
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (button(ui, "settings.keyboard", "Keyboard map", {.icon = Icon::keyboard, .width = half, .tip = "All keys (F1)"}))
    ui.state.open.insert("keyboard");
  ImGui::SameLine();
  if (button(ui, "settings.tour", "Tour again", {.icon = Icon::run, .width = half, .tip = "Five short steps"})) {
    ui.state.open.insert("tour");
  }
}

}  // namespace ganvas::ui
