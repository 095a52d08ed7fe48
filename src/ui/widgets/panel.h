#pragma once
// A panel of the window: its name, where it sits, its keys, and how it draws itself. Each lives in files of its own
// under ui/panels/, and ui/panels/panels.cpp lists them.

#include <string>
#include <utility>
#include <vector>

#include "ui/widgets/context.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/keys.h"

namespace ganvas::ui {

enum class PanelPlace {
  tab,      ///< a tab of the side panel
  strip,    ///< below the picture while it is open
  overlay,  ///< a card in the middle of the window while it is open; Esc closes it
};

struct PanelInfo {
  std::string name;  ///< of UiState, tests and --inspect: "explore"
  const char* title = "";
  PanelPlace place = PanelPlace::tab;
  float size = 0;            ///< design pixels: height of a strip, width of an overlay
  Icon icon = Icon::none;    ///< opens and closes it, on the picture's tool bar; none: it is not there
  const char* tip = "";      ///< of the icon
  std::vector<KeyRow> keys;  ///< its lines of the keyboard map
  bool fleeting = false;     ///< a strip that Esc closes, as it does overlays
};

/// Made, drawn and destroyed on the UI thread while the OpenGL context lives, so it can keep textures.
class Panel {
 public:
  explicit Panel(PanelInfo info) : info_(std::move(info)) {}
  virtual ~Panel() = default;
  Panel(const Panel&) = delete;
  Panel& operator=(const Panel&) = delete;

  [[nodiscard]] const PanelInfo& info() const { return info_; }
  /// Draws its widgets into the ImGui window that has begun for it.
  virtual void draw(const UiContext& ui) = 0;

 private:
  PanelInfo info_;
};

}  // namespace ganvas::ui
