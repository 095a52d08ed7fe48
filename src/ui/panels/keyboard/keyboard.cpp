#include "ui/panels/keyboard/keyboard.h"

#include <imgui.h>

namespace ganvas::ui {

KeyboardPanel::KeyboardPanel()
    : Panel({.name = "keyboard", .title = "Keyboard and mouse", .place = PanelPlace::overlay, .size = 470}) {}

void KeyboardPanel::draw(const UiContext& ui) {
  for (const KeyRow& row : ui.keys) {
    ImGui::TextUnformatted(row.keys);
    ImGui::SameLine(ui.px(210));
    ImGui::TextDisabled("%s", row.what);
  }
}

}  // namespace ganvas::ui
