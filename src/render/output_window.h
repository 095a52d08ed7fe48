#pragma once
// A second window with the picture alone, for projectors and programs that capture windows.

#include <memory>
#include <string>
#include <vector>

#include "render/output_view.h"

namespace ganvas::render {

/// A monitor of the desktop.
struct Monitor {
  std::string name;
  PixelSize size;  ///< screen coordinates
};

/// In the system's order, the primary one first; asks the window system. UI thread, while there is a Window.
std::vector<Monitor> monitors();

/// Shares textures with the first window, which keeps its context and the keyboard. Escape and the window's own button
/// ask for its end, F11 and a double click change between full screen and a window. UI thread.
class OutputWindow {
 public:
  /// Full screen on a monitor, counted from 0, or (-1) a window of `size` screen coordinates. Throws Error.
  OutputWindow(Window& first, int monitor, PixelSize size);
  ~OutputWindow();
  OutputWindow(const OutputWindow&) = delete;
  OutputWindow& operator=(const OutputWindow&) = delete;

  /// Draws and shows the picture of a texture of the first window's context.
  void draw(const GlTexture& picture, const OutputDrawing& drawing);
  /// True once after it was resized or uncovered, or something was pressed over it.
  bool take_stale();
  /// True once after the person asked for its end.
  bool take_close_request();
  /// Keys pressed over it since the last call that it does not take itself.
  std::vector<KeyPress> take_keys();
  [[nodiscard]] PixelSize framebuffer() const;
  [[nodiscard]] bool full_screen() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::render
