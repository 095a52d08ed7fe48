#include "ui/actions.h"

#include <fmt/chrono.h>

#include <ctime>
#include <filesystem>
#include <random>

#include "ui/keys.h"

namespace ganvas {

void toggle_animation(const UiContext& ui) {
  const LatentControls& latent = ui.document().latent;
  ui.sink.send(command::SetAnimate{!latent.animate, latent.animate_speed});
}

void randomise(const UiContext& ui) {
  std::random_device device;
  ui.sink.send(command::RandomizeDimensions{device()});
}

void toggle_grid(const UiContext& ui) {
  const ViewControls& view = ui.document().view;
  if (view.columns * view.rows > 1) {
    ui.state.grid_columns = view.columns;
    ui.state.grid_rows = view.rows;
    ui.sink.send(command::SetGrid{1, 1});
  } else {
    ui.sink.send(command::SetGrid{ui.state.grid_columns, ui.state.grid_rows});
  }
}

void reset_view(const UiContext& ui) {
  ui.sink.send(command::SetView{.smooth = ui.document().view.smooth});
}

void toggle_smooth(const UiContext& ui) {
  const ViewControls& view = ui.document().view;
  ui.sink.send(command::SetView{view.zoom, view.pan_x, view.pan_y, !view.smooth});
}

void save_session(const UiContext& ui, bool ask) {
  if (!ask && !ui.state.session_path.empty()) {
    ui.sink.send(command::SaveSession{ui.state.session_path});
    return;
  }
  ui.ask_file({.title = "Save session",
               .action = "Save",
               .file_name = "session.json",
               .extensions = {".json"},
               .save = true,
               .done = [state = &ui.state, sink = &ui.sink](const std::string& path) {
                 state->session_path = path;
                 sink->send(command::SaveSession{path});
               }});
}

void open_session(const UiContext& ui) {
  ui.ask_file({.title = "Open session",
               .action = "Open",
               .extensions = {".json"},
               .done = [state = &ui.state, sink = &ui.sink](const std::string& path) {
                 state->session_path = path;
                 sink->send(command::LoadSession{path});
               }});
}

void open_model(const UiContext& ui) {
  ui.ask_file({.title = "Open model",
               .action = "Open",
               .extensions = {".safetensors", ".pt", ".pth", ".pkl", ".ckpt"},
               .done = [sink = &ui.sink](const std::string& path) { sink->send(command::OpenModel{path}); }});
}

std::string dated_path(const UiContext& ui, const char* prefix, const char* extension) {
  const std::string name = fmt::format("{}-{:%Y%m%d-%H%M%S}{}", prefix, fmt::localtime(std::time(nullptr)), extension);
  return (std::filesystem::path(ui.state.output_folder) / name).string();
}

void save_picture(const UiContext& ui) {
  ui.sink.send(command::SavePicture{dated_path(ui, "picture", ".png")});
}

void save_window(const UiContext& ui) {
  ui.sink.send(command::SaveWindow{dated_path(ui, "window", ".png")});
}

void toggle_video(const UiContext& ui, int fps) {
  if (ui.view.record.recording) {
    ui.sink.send(command::StopVideo{});
  } else {
    ui.sink.send(command::StartVideo{dated_path(ui, "film", ".mp4"), fps});
  }
}

void copy_latent(const UiContext& ui) {
  if (ui.hooks.latent_to_text) ImGui::SetClipboardText(ui.hooks.latent_to_text(ui.view.latent).c_str());
}

void paste_latent(const UiContext& ui) {
  const char* text = ImGui::GetClipboardText();
  if (!ui.hooks.latent_from_text) return;
  if (auto values = ui.hooks.latent_from_text(text != nullptr ? text : "")) {
    ui.sink.send(command::SetLatent{std::move(*values)});
  }
}

namespace {

void run_control_keys(const UiContext& ui, bool shift, bool typing) {
  // A text field has its own undo.
  if (!typing) {
    if (pressed(letter('Z'), true)) {
      if (shift) {
        ui.sink.send(command::Redo{});
      } else {
        ui.sink.send(command::Undo{});
      }
    }
    if (pressed(letter('Y'), true)) ui.sink.send(command::Redo{});
    if (pressed(letter('C'))) copy_latent(ui);
    if (pressed(letter('V'))) paste_latent(ui);
  }
  if (pressed(letter('S'))) save_session(ui, shift);
  if (pressed(letter('O'))) {
    if (shift) {
      open_model(ui);
    } else {
      open_session(ui);
    }
  }
  if (pressed(letter('R'))) toggle_video(ui, 30);
  if (pressed(letter('Q'))) ui.sink.send(command::Quit{});
}

void zoom_by(const UiContext& ui, double factor) {
  const ViewControls& view = ui.document().view;
  const PicturePlacement next = zoom_about({0, 0, 2, 2}, {view.zoom, view.pan_x, view.pan_y}, factor, {1, 1});
  ui.sink.send(command::SetView{next.zoom, next.pan_x, next.pan_y, view.smooth});
}

void run_plain_keys(const UiContext& ui, bool shift) {
  const double step = shift ? 0.1 : 1.0;
  if (pressed(Key::left, true)) ui.sink.send(command::PanSeed{-step, 0});
  if (pressed(Key::right, true)) ui.sink.send(command::PanSeed{step, 0});
  if (pressed(Key::up, true)) ui.sink.send(command::PanSeed{0, -step});
  if (pressed(Key::down, true)) ui.sink.send(command::PanSeed{0, step});
  if (pressed(Key::space)) toggle_animation(ui);
  if (pressed(letter('R'))) randomise(ui);
  if (pressed(letter('G'))) toggle_grid(ui);
  if (pressed(letter('I'))) toggle_smooth(ui);
  if (pressed(Key::zero)) reset_view(ui);
  if (pressed(Key::equal, true) || pressed(Key::pad_plus, true)) zoom_by(ui, 1.25);
  if (pressed(Key::minus, true) || pressed(Key::pad_minus, true)) zoom_by(ui, 0.8);
  if (pressed(Key::escape)) ui.state.keyboard_map = false;
}

}  // namespace

void run_shortcuts(const UiContext& ui) {
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)) return;
  if (pressed(function_key(1))) ui.state.keyboard_map = !ui.state.keyboard_map;
  if (pressed(function_key(11)) && ui.hooks.toggle_full_screen) ui.hooks.toggle_full_screen();
  if (pressed(function_key(12))) save_window(ui);
  if (io.KeyAlt || io.KeySuper) return;
  if (io.KeyCtrl) {
    run_control_keys(ui, io.KeyShift, io.WantTextInput);
  } else if (!io.WantTextInput) {
    run_plain_keys(ui, io.KeyShift);
  }
}

}  // namespace ganvas
