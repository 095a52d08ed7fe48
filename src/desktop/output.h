#pragma once
// The second window, as the app wants it.

#include <memory>
#include <string>
#include <vector>

#include "app/app.h"
#include "render/output_window.h"
#include "render/picture_texture.h"

namespace ganvas::desktop {

/// UI thread, with the first window's context current.
class Output {
 public:
  /// Opens, draws and closes the second window. `window`: the first one; null: there is none, and so no second.
  /// `changed`: the texture holds another picture than at the last call.
  void tick(app::App& app, render::Window* window, const render::PictureTexture& picture, bool changed);
  /// Keys that were pressed over it.
  std::vector<render::KeyPress> take_keys();
  /// As ShowOutput counts them; none without a window.
  const std::vector<std::string>& monitors(render::Window* window);
  /// True once after something happened to it, for which the next frame is due.
  bool take_stale();
  /// Null: it is not open.
  [[nodiscard]] const render::OutputWindow* window() const { return window_.get(); }

 private:
  void follow(app::App& app, render::Window* window);

  std::unique_ptr<render::OutputWindow> window_;
  std::vector<std::string> monitors_;
  int monitor_ = 0;
  bool stale_ = false;
  render::OutputDrawing drawn_;
};

}  // namespace ganvas::desktop
