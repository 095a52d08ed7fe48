#pragma once
// The whole interface: sets up ImGui, draws every panel, turns what the person does into Commands. UI thread only, with
// an OpenGL context current.

#include <memory>

#include "render/picture_texture.h"
#include "ui/widgets/context.h"

struct GLFWwindow;

namespace ganvas::ui {

struct UiOptions {
  GLFWwindow* window = nullptr;  ///< null: headless; the size comes with each frame and nobody types
  UiHooks hooks;
};

struct UiFrame {
  render::PixelSize surface;  ///< framebuffer pixels
  render::PixelSize window;   ///< screen units of the same, for the mouse
  double seconds = 1.0 / 60;  ///< since the frame before
  float monitor_scale = 1;
  std::vector<render::KeyPress> keys;  ///< pressed since the frame before
};

class Ui {
 public:
  explicit Ui(UiOptions options);
  ~Ui();
  Ui(const Ui&) = delete;
  Ui& operator=(const Ui&) = delete;

  /// Handles input, sends Commands and draws everything on the bound surface.
  void frame(const UiFrame& frame, const app::ViewModel& view, app::CommandSink& sink,
             const render::PictureTexture& picture);

  [[nodiscard]] const Inspector& inspector() const;
  UiState& state();
  /// Something moves by itself or waits for the next frame: a blinking cursor, a tooltip that is due, a notice fading.
  [[nodiscard]] bool restless(const app::ViewModel& view) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::ui
