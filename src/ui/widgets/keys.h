#pragma once
// Keys and what they do. Presses are collected by the window itself, because a short tap between two frames leaves no
// trace in ImGui's picture of the keyboard.

#include <functional>
#include <vector>

namespace ganvas::ui {

struct UiContext;

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

using Action = std::function<void(const UiContext&)>;

/// What a modifier must be for a shortcut.
enum class Modifier { up, down, any };

struct Shortcut {
  Key key;
  Action action;
  Modifier control = Modifier::up;
  Modifier shift = Modifier::any;
  bool repeats = false;       ///< again and again while the key is held
  bool while_typing = false;  ///< also while a text field has the keyboard
};

/// A line of the keyboard map with the keys that it names, so that no key works without standing there. Lines about the
/// mouse have no shortcuts.
struct KeyRow {
  const char* keys;  ///< "Ctrl Shift Z,  Ctrl Y"
  const char* what;  ///< "Redo"
  std::vector<Shortcut> shortcuts = {};
};

}  // namespace ganvas::ui
