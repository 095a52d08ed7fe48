#pragma once
// Where OpenGL draws: a window on the screen, or a headless context without any display. Both give OpenGL 3.3 core,
// current on the thread that made them; everything here belongs to that one thread unless it says otherwise.

#include <memory>
#include <string>
#include <vector>

struct GLFWwindow;

namespace ganvas::render {

struct PixelSize {
  int width = 0;
  int height = 0;
  [[nodiscard]] bool empty() const { return width <= 0 || height <= 0; }
  bool operator==(const PixelSize&) const = default;
};

/// A key that went down, or repeats because it is held.
struct KeyPress {
  int key = 0;  ///< GLFW's number
  bool repeat = false;
  bool control = false;
  bool shift = false;
  bool other = false;  ///< Alt or Super
};

struct WindowOptions {
  int width = 1280;  ///< screen units before the monitor's scale
  int height = 800;
  std::string title = "ganvas";
  bool visible = true;
  bool fit_screen = false;  ///< smaller where the primary monitor is
};

/// A GLFW window. One at a time in the process.
class Window {
 public:
  /// Throws Error when there is no display or it has no OpenGL 3.3.
  explicit Window(const WindowOptions& options);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  [[nodiscard]] GLFWwindow* handle() const;
  /// Pixels of the framebuffer; 0x0 while minimised on some systems.
  [[nodiscard]] PixelSize framebuffer() const;
  /// Screen units, in which the mouse is measured.
  [[nodiscard]] PixelSize size() const;
  /// The monitor's scale, 1 at 96 dots an inch.
  [[nodiscard]] float content_scale() const;
  [[nodiscard]] bool minimised() const;

  /// Handles what has arrived, sleeping at most `seconds` for it. Returns true when something arrived from the person.
  bool wait_events(double seconds);
  void swap();

  /// True once after the person asked to close the window; the window stays open until it is destroyed.
  bool take_close_request();
  /// Keys pressed since the last call, in order; none is lost, however short.
  std::vector<KeyPress> take_keys();
  /// Files dropped on the window since the last call.
  std::vector<std::string> take_dropped_files();

  /// True once at first, and after each time that a monitor was plugged in or out.
  bool take_monitors_changed();

  void set_title(const std::string& title);
  void toggle_full_screen();
  /// Its size when it does not fill the screen, screen coordinates.
  [[nodiscard]] PixelSize windowed_size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// True when a window can probably be opened: an X11 or Wayland display is named in the environment.
bool display_is_named();

/// An EGL context without a surface (or on a 1x1 pbuffer where the driver has no surfaceless contexts): a CUDA device's
/// own EGL first, so that interop works, then Mesa's surfaceless platform, then the default display.
class HeadlessContext {
 public:
  /// Throws Error with the last reason when no EGL gives OpenGL 3.3.
  HeadlessContext();
  ~HeadlessContext();
  HeadlessContext(const HeadlessContext&) = delete;
  HeadlessContext& operator=(const HeadlessContext&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// "llvmpipe (LLVM 15.0.6, 256 bits), OpenGL 4.5" of the current context.
std::string renderer_name();

}  // namespace ganvas::render
