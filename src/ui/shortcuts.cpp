#include "ui/shortcuts.h"

#include <utility>

#include "ui/panels/time/time.h"
#include "ui/panels/time/timeline.h"
#include "ui/widgets/actions.h"

namespace ganvas::ui {

namespace {

void run_control_key(const UiContext& ui, const render::KeyPress& press, bool typing) {
  const auto key = static_cast<Key>(press.key);
  if (key == letter('S')) save_session(ui, press.shift);
  if (key == letter('O') && press.shift) open_model(ui);
  if (key == letter('O') && !press.shift) open_session(ui);
  if (key == letter('R') && !press.repeat) toggle_video(ui, 30);
  if (key == letter('Q')) ui.sink.send(app::command::Quit{});
  if (typing) return;  // a text field has its own undo and clipboard
  const bool redo = key == letter('Y') || (key == letter('Z') && press.shift);
  if (redo) ui.sink.send(app::command::Redo{});
  if (key == letter('Z') && !redo) ui.sink.send(app::command::Undo{});
  if (key == letter('C')) copy_latent(ui);
  if (key == letter('V')) paste_latent(ui);
}

void zoom_by(const UiContext& ui, double factor) {
  const app::ViewControls& view = ui.document().view;
  const render::PicturePlacement next =
      render::zoom_about({0, 0, 2, 2}, {view.zoom, view.pan_x, view.pan_y}, factor, {1, 1});
  ui.sink.send(app::command::SetView{next.zoom, next.pan_x, next.pan_y, view.smooth});
}

void run_held_key(const UiContext& ui, const render::KeyPress& press) {
  const double step = press.shift ? 0.1 : 1.0;
  switch (static_cast<Key>(press.key)) {
    case Key::left:
      ui.sink.send(app::command::PanSeed{-step, 0});
      break;
    case Key::right:
      ui.sink.send(app::command::PanSeed{step, 0});
      break;
    case Key::up:
      ui.sink.send(app::command::PanSeed{0, -step});
      break;
    case Key::down:
      ui.sink.send(app::command::PanSeed{0, step});
      break;
    case Key::comma:
      step_in_time(ui, -1);
      break;
    case Key::period:
      step_in_time(ui, 1);
      break;
    case Key::equal:
    case Key::pad_plus:
      zoom_by(ui, 1.25);
      break;
    case Key::minus:
    case Key::pad_minus:
      zoom_by(ui, 0.8);
      break;
    default:
      break;
  }
}

void run_plain_key(const UiContext& ui, const render::KeyPress& press) {
  const auto key = static_cast<Key>(press.key);
  const bool timeline = ui.state.timeline_open && !ui.document().timeline.timeline.keyframes.empty();
  if (key == Key::space) timeline ? toggle_timeline_play(ui) : toggle_animation(ui);
  if (key == letter('P')) ui.state.drag.on = !ui.state.drag.on;
  if (key == letter('T')) ui.state.timeline_open = !ui.state.timeline_open;
  if (key == letter('H')) ui.state.time_open = !ui.state.time_open;
  if (key == letter('C')) toggle_split(ui);
  if (key == letter('B')) ui.sink.send(app::command::AddBookmark{});
  if (key == letter('K')) {
    ui.state.timeline_open = true;
    add_keyframe(ui);
  }
  if (key == letter('R')) randomise(ui);
  if (key == letter('G')) toggle_grid(ui);
  if (key == letter('I')) toggle_smooth(ui);
  if (key == Key::zero) reset_view(ui);
  if (key != Key::escape || std::exchange(ui.state.keyboard_map, false)) return;
  if (ui.view.search.busy) ui.sink.send(app::command::CancelSearch{});
  if (ui.view.model.loading) ui.sink.send(app::command::CancelOpening{});
}

}  // namespace

void run_shortcuts(const UiContext& ui, const std::vector<render::KeyPress>& keys) {
  const bool asked = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
  const bool typing = ImGui::GetIO().WantTextInput;
  for (const render::KeyPress& press : keys) {
    if (asked || press.other) continue;
    const auto key = static_cast<Key>(press.key);
    if (key == Key::f1) ui.state.keyboard_map = !ui.state.keyboard_map;
    if (key == Key::f11 && ui.hooks.toggle_full_screen) ui.hooks.toggle_full_screen();
    if (key == Key::f12) save_window(ui);
    if (press.control) {
      run_control_key(ui, press, typing);
    } else if (!typing) {
      run_held_key(ui, press);
      if (!press.repeat) run_plain_key(ui, press);
    }
  }
}

}  // namespace ganvas::ui
