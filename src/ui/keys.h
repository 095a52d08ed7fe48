#pragma once
// Keys by name, over the change of ImGui 1.87 from the window library's key numbers to its own.

#include <imgui.h>

namespace ganvas {

#if IMGUI_VERSION_NUM >= 18700
enum class Key {
  a = ImGuiKey_A,
  zero = ImGuiKey_0,
  f1 = ImGuiKey_F1,
  left = ImGuiKey_LeftArrow,
  right = ImGuiKey_RightArrow,
  up = ImGuiKey_UpArrow,
  down = ImGuiKey_DownArrow,
  space = ImGuiKey_Space,
  minus = ImGuiKey_Minus,
  equal = ImGuiKey_Equal,
  pad_minus = ImGuiKey_KeypadSubtract,
  pad_plus = ImGuiKey_KeypadAdd,
  escape = ImGuiKey_Escape
};
#else
// GLFW's numbers, which its ImGui back end hands on.
enum class Key {
  a = 65,
  zero = 48,
  f1 = 290,
  left = 263,
  right = 262,
  up = 265,
  down = 264,
  space = 32,
  minus = 45,
  equal = 61,
  pad_minus = 333,
  pad_plus = 334,
  escape = 256
};
#endif

/// Letters follow Key::a, function keys follow Key::f1.
constexpr Key letter(char c) {
  return static_cast<Key>(static_cast<int>(Key::a) + (c - 'A'));
}
constexpr Key function_key(int number) {
  return static_cast<Key>(static_cast<int>(Key::f1) + number - 1);
}

inline bool pressed(Key key, bool repeat = false) {
#if IMGUI_VERSION_NUM >= 18700
  return ImGui::IsKeyPressed(static_cast<ImGuiKey>(key), repeat);
#else
  return ImGui::IsKeyPressed(static_cast<int>(key), repeat);
#endif
}

}  // namespace ganvas
