#pragma once
// What the files of this folder that speak to GLFW share.

#include <string>

#include "render/context.h"

namespace ganvas::render {

/// Why the last call failed.
std::string glfw_reason();

/// From a key callback's arguments.
KeyPress key_press(int key, int action, int mods);

}  // namespace ganvas::render
