#include "ui/shortcuts.h"

#include "ui/panels/time/timeline.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/panel.h"

namespace ganvas::ui {
namespace {

/// About the middle of the picture.
Action zoom_by(double factor) {
  return [factor](const UiContext& ui) {
    const app::ViewControls& view = ui.document().view;
    const render::PicturePlacement next =
        render::zoom_about({0, 0, 2, 2}, {view.zoom, view.pan_x, view.pan_y}, factor, {1, 1});
    ui.sink.send(app::command::SetView{next.zoom, next.pan_x, next.pan_y, view.filter});
  };
}

Shortcut zoom_key(Key key, double factor) {
  return {.key = key, .action = zoom_by(factor), .repeats = true};
}

Shortcut arrow_key(Key key, double x, double y, Modifier shift) {
  return {.key = key, .action = sends(app::command::PanSeed{x, y}), .shift = shift, .repeats = true};
}

/// With Ctrl; a text field has its own undo and clipboard.
Shortcut edit_key(char capital, Action action, Modifier shift = Modifier::any) {
  return {
      .key = letter(capital), .action = std::move(action), .control = Modifier::down, .shift = shift, .repeats = true};
}

/// With Ctrl, whatever has the keyboard.
Shortcut file_key(char capital, Action action, Modifier shift = Modifier::any) {
  Shortcut shortcut = edit_key(capital, std::move(action), shift);
  shortcut.while_typing = true;
  return shortcut;
}

Shortcut function_key(Key key, Action action) {
  return {.key = key, .action = std::move(action), .control = Modifier::any, .repeats = true, .while_typing = true};
}

void play(const UiContext& ui) {
  const bool timeline = ui.state.open.contains("timeline") && !ui.document().timeline.timeline.keyframes.empty();
  timeline ? toggle_timeline_play(ui) : toggle_animation(ui);
}

void record(const UiContext& ui) {
  toggle_video(ui, 30);
}

void toggle_full_screen(const UiContext& ui) {
  if (ui.hooks.toggle_full_screen) ui.hooks.toggle_full_screen();
}

/// Closes what lies over the window; when nothing does, gives up what takes long.
void give_up(const UiContext& ui) {
  std::size_t closed = 0;
  for (const auto& panel : ui.panels)
    if (panel->info().place == PanelPlace::overlay || panel->info().fleeting)
      closed += ui.state.open.erase(panel->info().name);
  if (closed > 0) return;
  if (ui.view.search.busy) ui.sink.send(app::command::CancelSearch{});
  if (ui.view.model.loading || !ui.view.reading.name.empty()) ui.sink.send(app::command::CancelOpening{});
}

std::vector<KeyRow> picture_keys() {
  constexpr Modifier up = Modifier::up, down = Modifier::down;
  return {{"Drag on the picture", "Move across the seeds"},
          {"Shift + drag", "The same, ten times finer"},
          {"Wheel,  +  −",
           "Zoom",
           {zoom_key(Key::equal, 1.25), zoom_key(Key::pad_plus, 1.25), zoom_key(Key::minus, 0.8),
            zoom_key(Key::pad_minus, 0.8)}},
          {"Right drag", "Move the picture"},
          {"Double click,  0", "Whole picture", {{Key::zero, reset_view}}},
          {"Arrow keys",
           "Next seed; with Shift a tenth",
           {arrow_key(Key::left, -1, 0, up), arrow_key(Key::right, 1, 0, up), arrow_key(Key::up, 0, -1, up),
            arrow_key(Key::down, 0, 1, up), arrow_key(Key::left, -0.1, 0, down), arrow_key(Key::right, 0.1, 0, down),
            arrow_key(Key::up, 0, -0.1, down), arrow_key(Key::down, 0, 0.1, down)}},
          {"Space", "Animate; play the timeline", {{Key::space, play}}}};
}

std::vector<KeyRow> window_keys() {
  constexpr Modifier up = Modifier::up, down = Modifier::down;
  const auto save = [](const UiContext& ui) { save_session(ui, false); };
  const auto save_as = [](const UiContext& ui) { save_session(ui, true); };
  return {{"R", "Random latent", {{letter('R'), randomise}}},
          {"G", "One picture or the grid", {{letter('G'), toggle_grid}}},
          {"I", "Pixels: smooth when large, always, never", {{letter('I'), change_filter}}},
          {"Ctrl Z", "Undo", {edit_key('Z', sends(app::command::Undo{}), up)}},
          {"Ctrl Shift Z,  Ctrl Y",
           "Redo",
           {edit_key('Z', sends(app::command::Redo{}), down), edit_key('Y', sends(app::command::Redo{}))}},
          {"Ctrl C,  Ctrl V", "Copy and paste the latent", {edit_key('C', copy_latent), edit_key('V', paste_latent)}},
          {"Ctrl S,  Ctrl Shift S", "Save the session, as", {file_key('S', save, up), file_key('S', save_as, down)}},
          {"Ctrl O,  Ctrl Shift O",
           "Open a session, a model",
           {file_key('O', open_session, up), file_key('O', open_model, down)}},
          {"Esc", "Close a card; give up a search, or a file being opened", {{Key::escape, give_up}}},
          {"Ctrl R",
           "Record a film",
           {{.key = letter('R'), .action = record, .control = Modifier::down, .while_typing = true}}},
          {"F12", "Picture of the window", {function_key(Key::f12, save_window)}},
          {"F11", "Full screen", {function_key(Key::f11, toggle_full_screen)}},
          {"F1", "This map", {function_key(Key::f1, toggles("keyboard"))}},
          {"Ctrl Q", "Quit", {file_key('Q', sends(app::command::Quit{}))}}};
}

bool fits(Modifier wanted, bool down) {
  return wanted == Modifier::any || (wanted == Modifier::down) == down;
}

bool fits(const Shortcut& shortcut, const render::KeyPress& press, bool typing) {
  return static_cast<int>(shortcut.key) == press.key && fits(shortcut.control, press.control) &&
         fits(shortcut.shift, press.shift) && (shortcut.repeats || !press.repeat) && (shortcut.while_typing || !typing);
}

}  // namespace

std::vector<KeyRow> keyboard_map(const PanelList& panels) {
  std::vector<KeyRow> rows = picture_keys();
  for (const auto& panel : panels) rows.insert(rows.end(), panel->info().keys.begin(), panel->info().keys.end());
  for (KeyRow& row : window_keys()) rows.push_back(std::move(row));
  return rows;
}

void run_shortcuts(const UiContext& ui, const std::vector<render::KeyPress>& presses) {
  const bool asked = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
  const bool typing = ImGui::GetIO().WantTextInput;
  for (const render::KeyPress& press : presses) {
    if (asked || press.other) continue;
    for (const KeyRow& row : ui.keys)
      for (const Shortcut& shortcut : row.shortcuts)
        if (fits(shortcut, press, typing)) shortcut.action(ui);
  }
}

}  // namespace ganvas::ui
