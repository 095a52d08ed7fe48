#pragma once
// Colours, fonts and sizes of the interface: one dark and one light theme with one accent colour.

#include <imgui.h>

#include "app/settings/settings.h"
#include "render/picture_view.h"

namespace ganvas::ui {

struct Palette {
  ImU32 canvas;   ///< behind the picture
  ImU32 panel;    ///< side panel, status bar
  ImU32 raised;   ///< buttons, fields, tracks
  ImU32 hovered;  ///< raised under the mouse
  ImU32 line;     ///< borders and grid lines
  ImU32 text;
  ImU32 dim;  ///< labels and notes
  ImU32 accent;
  ImU32 on_accent;  ///< text on the accent
  ImU32 good;
  ImU32 warn;
  ImU32 bad;
  ImU32 second;  ///< the other line of a chart
};

/// What the panels draw with. Changes only between frames.
struct Style {
  Palette palette{};
  float scale = 1;  ///< framebuffer pixels of one design pixel
  ImFont* regular = nullptr;
  ImFont* bold = nullptr;
  ImFont* small_font = nullptr;
  ImFont* large = nullptr;

  [[nodiscard]] float px(float design_pixels) const { return design_pixels * scale; }
};

Palette palette_of(app::Theme theme);
render::Colour to_colour(ImU32 colour);
/// The colour with another opacity, 0..1.
ImU32 faded(ImU32 colour, float opacity);
ImU32 blend(ImU32 a, ImU32 b, float t);

/// Sets colours and sizes of the current ImGui context and loads the fonts when the scale has changed: Inter, else
/// DejaVu Sans, else ImGui's own. Call between frames; the font texture must be made anew when it returns true.
bool apply_style(Style& style, app::Theme theme, float scale);

}  // namespace ganvas::ui
