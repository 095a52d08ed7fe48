#pragma once
// Key presses as the window hands them over. They are collected by the window itself, because a short tap between two
// frames leaves no trace in ImGui's picture of the keyboard.

#include <vector>

namespace ganvas::ui {

/// GLFW's numbers; letters and digits are their ASCII capitals.
enum class Key {
  space = 32,
  comma = 44,
  minus = 45,
  period = 46,
  zero = 48,
  equal = 61,
  escape = 256,
  right = 262,
  left = 263,
  down = 264,
  up = 265,
  f1 = 290,
  f11 = 300,
  f12 = 301,
  pad_minus = 333,
  pad_plus = 334,
};

constexpr Key letter(char capital) {
  return static_cast<Key>(capital);
}

}  // namespace ganvas::ui
