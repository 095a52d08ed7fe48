#pragma once
// The icons of the interface as strokes, so that they are crisp at every scale.

#include <imgui.h>

namespace ganvas::ui {

enum class Icon {
  none,
  play,
  pause,
  stop,
  record,
  lock,
  unlock,
  reset,
  dice,
  copy,
  paste,
  save,
  folder,
  run,
  clock,
  camera,
  window,
  grid,
  smooth,
  fit,
  full_screen,
  undo,
  redo,
  search,
  keyboard,
  close,
  check,
  warning,
  panel,
  swap,
  film
};

/// Draws the icon into a square of `size` pixels whose centre is `centre`.
void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour);

}  // namespace ganvas::ui
