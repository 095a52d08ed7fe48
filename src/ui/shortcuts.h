#pragma once
// The keyboard: the one table of all keys, and what runs it.

#include <vector>

#include "render/context.h"
#include "ui/widgets/context.h"

namespace ganvas::ui {

/// The lines of the keyboard map in order, with their keys: the picture's, the panels' own, the window's.
std::vector<KeyRow> keyboard_map(const PanelList& panels);

/// Runs the shortcuts of this frame's keys; keys that a text field wants are left to it.
void run_shortcuts(const UiContext& ui, const std::vector<render::KeyPress>& presses);

}  // namespace ganvas::ui
