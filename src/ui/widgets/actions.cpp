#include "ui/widgets/actions.h"

#include <fmt/chrono.h>

#include <ctime>
#include <filesystem>
#include <random>
#include <utility>

#include "ui/widgets/widgets.h"

namespace ganvas::ui {

Action sends(app::Command command) {
  return [command = std::move(command)](const UiContext& ui) { ui.sink.send(command); };
}

Action toggles(std::string panel) {
  return [panel = std::move(panel)](const UiContext& ui) { ui.state.toggle(panel); };
}

void toggle_animation(const UiContext& ui) {
  const latent::LatentControls& latent = ui.document().latent;
  ui.sink.send(app::command::SetAnimate{!latent.animate, latent.animate_speed});
}

void randomise(const UiContext& ui) {
  std::random_device device;
  ui.sink.send(app::command::RandomizeDimensions{device()});
}

void toggle_grid(const UiContext& ui) {
  const app::ViewControls& view = ui.document().view;
  if (view.columns * view.rows > 1) {
    ui.state.grid_columns = view.columns;
    ui.state.grid_rows = view.rows;
    ui.sink.send(app::command::SetGrid{1, 1});
  } else {
    ui.sink.send(app::command::SetGrid{ui.state.grid_columns, ui.state.grid_rows});
  }
}

void reset_view(const UiContext& ui) {
  ui.sink.send(app::command::SetView{.filter = ui.document().view.filter});
}

void change_filter(const UiContext& ui) {
  using enum app::PixelFilter;
  const app::ViewControls& view = ui.document().view;
  const app::PixelFilter next = view.filter == automatic ? smooth : view.filter == smooth ? nearest : automatic;
  ui.sink.send(app::command::SetView{view.zoom, view.pan_x, view.pan_y, next});
}

void toggle_weights(const UiContext& ui) {
  ui.sink.send(app::command::ShowWeights{!ui.document().train.in_training});
}

void save_session(const UiContext& ui, bool ask) {
  if (!ask && !ui.state.session_path.empty()) {
    ui.sink.send(app::command::SaveSession{ui.state.session_path});
    return;
  }
  ui.ask_file({.title = "Save session",
               .action = "Save",
               .file_name = "session.json",
               .extensions = {".json"},
               .save = true,
               .done = [state = &ui.state, sink = &ui.sink](const std::string& path) {
                 state->session_path = path;
                 sink->send(app::command::SaveSession{path});
               }});
}

void open_session(const UiContext& ui) {
  ui.ask_file({.title = "Open session",
               .action = "Open",
               .extensions = {".json"},
               .done = [state = &ui.state, sink = &ui.sink](const std::string& path) {
                 state->session_path = path;
                 sink->send(app::command::LoadSession{path});
               }});
}

void open_model(const UiContext& ui) {
  ui.ask_file({.title = "Open model",
               .action = "Open",
               .extensions = {".safetensors", ".pt", ".pth", ".pkl", ".ckpt"},
               .runs = true,
               .done = [sink = &ui.sink](const std::string& path) { sink->send(app::command::OpenModel{path}); }});
}

std::string dated_path(const UiContext& ui, const char* prefix, const char* extension) {
  const std::string name = fmt::format("{}-{:%Y%m%d-%H%M%S}", prefix, fmt::localtime(std::time(nullptr)));
  for (int number = 1;; ++number) {  // more than one a second
    const std::string again = number == 1 ? "" : fmt::format("-{}", number);
    const std::filesystem::path path = std::filesystem::path(ui.state.output_folder) / (name + again + extension);
    std::error_code none;
    if (!std::filesystem::exists(path, none) && ui.state.dated.insert(path.string()).second) return path.string();
  }
}

void save_picture(const UiContext& ui) {
  ui.sink.send(app::command::SavePicture{dated_path(ui, "picture", ".png")});
}

void save_window(const UiContext& ui) {
  ui.sink.send(app::command::SaveWindow{dated_path(ui, "window", ".png")});
}

void toggle_video(const UiContext& ui, int fps, bool caption) {
  if (ui.view.record.recording) {
    ui.sink.send(app::command::StopVideo{});
  } else {
    ui.sink.send(app::command::StartVideo{dated_path(ui, "film", ".mp4"), fps, caption});
  }
}

std::string track_file(const UiContext& ui) {
  const std::string& moving = ui.document().inputs.audio;
  return !ui.state.track.empty() || moving == "device" ? ui.state.track : moving;
}

void track_button(const UiContext& ui, const char* id, float width) {
  const std::string file = track_file(ui);
  const std::string name = file.empty() ? "Sound file…" : std::filesystem::path(file).filename().string();
  if (button(
          ui, id, name.c_str(),
          {.icon = Icon::folder, .width = width, .tip = "The piece of music: WAV, FLAC or OGG, at most half an hour"}))
    ui.ask_file({.title = "Sound file",
                 .action = "Choose",
                 .extensions = {".wav", ".flac", ".ogg"},
                 .done = [state = &ui.state](const std::string& path) { state->track = path; }});
}

void copy_latent(const UiContext& ui) {
  if (ui.hooks.latent_to_text) ImGui::SetClipboardText(ui.hooks.latent_to_text(ui.view.latent).c_str());
}

void paste_latent(const UiContext& ui) {
  const char* text = ImGui::GetClipboardText();
  if (!ui.hooks.latent_from_text) return;
  if (auto values = ui.hooks.latent_from_text(text != nullptr ? text : "")) {
    ui.sink.send(app::command::SetLatent{std::move(*values)});
  }
}

}  // namespace ganvas::ui
