#pragma once
// The keyboard.

#include <vector>

#include "ui/widgets/context.h"
#include "ui/widgets/keys.h"

namespace ganvas::ui {

/// Runs the shortcuts of this frame's keys; keys that a text field wants are left to it.
void run_shortcuts(const UiContext& ui, const std::vector<render::KeyPress>& keys);

}  // namespace ganvas::ui
