#pragma once
// What several places of the interface do: the keyboard, the picture's tool bar and the panels.

#include <string>

#include "ui/widgets/context.h"

namespace ganvas::ui {

/// Actions for shortcuts: a command, and opening or closing a strip or an overlay.
Action sends(app::Command command);
Action toggles(std::string panel);

void toggle_animation(const UiContext& ui);
/// A fresh random number becomes part of the command, so that a recorded session repeats.
void randomise(const UiContext& ui);
void toggle_grid(const UiContext& ui);
void reset_view(const UiContext& ui);
/// Smooth pixels when they are large, always, never.
void change_filter(const UiContext& ui);
/// The moving average of the model in training, or the weights in training.
void toggle_weights(const UiContext& ui);
void save_session(const UiContext& ui, bool ask);
void open_session(const UiContext& ui);
void open_model(const UiContext& ui);
void save_picture(const UiContext& ui);
void save_window(const UiContext& ui);
void toggle_video(const UiContext& ui, int fps, bool caption = false);
/// The sound file of films and walks in time, chosen or the one that moves sliders; empty: none.
std::string track_file(const UiContext& ui);
/// A button with its name, which asks for another.
void track_button(const UiContext& ui, const char* id, float width);
void copy_latent(const UiContext& ui);
void paste_latent(const UiContext& ui);

/// "out/ganvas-20260131-120000.png": in the output folder, named by the clock.
std::string dated_path(const UiContext& ui, const char* prefix, const char* extension);

}  // namespace ganvas::ui
