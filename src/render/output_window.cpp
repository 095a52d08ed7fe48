#include "render/output_window.h"

#include <epoxy/gl.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/outside/printable.h"
#include "render/glfw_support.h"

namespace ganvas::render {

namespace {

constexpr double double_click = 0.4;  // seconds

std::span<GLFWmonitor*> connected() {
  int count = 0;
  GLFWmonitor** first = glfwGetMonitors(&count);
  return {first, static_cast<std::size_t>(count)};
}

struct ScreenArea {
  int x = 0, y = 0, width = 0, height = 0;
};

ScreenArea area_of(GLFWmonitor* monitor) {
  ScreenArea area;
  glfwGetMonitorPos(monitor, &area.x, &area.y);
  if (const GLFWvidmode* mode = glfwGetVideoMode(monitor); mode != nullptr) {
    area.width = mode->width;
    area.height = mode->height;
  }
  return area;
}

/// The monitor in which the middle of the window lies, else the first.
GLFWmonitor* monitor_under(GLFWwindow* window) {
  ScreenArea w;
  glfwGetWindowPos(window, &w.x, &w.y);
  glfwGetWindowSize(window, &w.width, &w.height);
  const int x = w.x + w.width / 2, y = w.y + w.height / 2;
  const std::span<GLFWmonitor*> all = connected();
  for (GLFWmonitor* monitor : all) {
    const ScreenArea area = area_of(monitor);
    if (x >= area.x && x < area.x + area.width && y >= area.y && y < area.y + area.height) return monitor;
  }
  return all.empty() ? nullptr : all.front();
}

}  // namespace

std::vector<Monitor> monitors() {
  std::vector<Monitor> found;
  for (GLFWmonitor* monitor : connected()) {
    const char* name = glfwGetMonitorName(monitor);
    const ScreenArea area = area_of(monitor);
    found.push_back({printable(name != nullptr ? name : "monitor", 40), {area.width, area.height}});
  }
  return found;
}

struct OutputWindow::Impl {
  GLFWwindow* first;
  GLFWwindow* window = nullptr;
  PixelSize size;  // as a window, screen coordinates
  std::unique_ptr<OutputView> view;
  bool close_requested = false;
  bool stale = true;
  double clicked_at = -1e9;
  std::vector<KeyPress> keys;

  Impl(Window& main, int number, PixelSize wanted) : first(main.handle()), size(wanted) {
    const std::span<GLFWmonitor*> all = connected();
    require(number < static_cast<int>(all.size()), "There is no monitor {}; there {} {}.", number + 1,
            all.size() == 1 ? "is" : "are", all.size());
    GLFWmonitor* monitor = number < 0 ? nullptr : all[static_cast<std::size_t>(number)];
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    glfwWindowHint(GLFW_AUTO_ICONIFY, GLFW_FALSE);  // it stays while somebody works in the first window
    glfwWindowHint(GLFW_FOCUS_ON_SHOW, GLFW_FALSE);
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "ganvas-picture");
    window = glfwCreateWindow(size.width, size.height, "Picture – ganvas", nullptr, first);
    require(window != nullptr, "The second window could not be opened: {}.", glfw_reason());
    glfwSetWindowSizeLimits(window, 64, 64, GLFW_DONT_CARE, GLFW_DONT_CARE);
    install_callbacks();
    if (monitor != nullptr) {
      // Some window managers fill the monitor on which the window lies, whichever they are told.
      const ScreenArea area = area_of(monitor);
      glfwSetWindowPos(window, area.x + std::max(0, (area.width - size.width) / 2),
                       area.y + std::max(0, (area.height - size.height) / 2));
    }
    glfwShowWindow(window);
    if (monitor != nullptr) fill(monitor);
    glfwMakeContextCurrent(window);
    glfwSwapInterval(0);  // the first window waits for the screen already
    try {
      view = std::make_unique<OutputView>();
    } catch (...) {
      end();
      throw;
    }
    glfwMakeContextCurrent(first);
    glfwFocusWindow(first);
  }
  ~Impl() { end(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void end() {
    glfwMakeContextCurrent(window);
    view = nullptr;
    glfwMakeContextCurrent(first);
    glfwDestroyWindow(window);
  }

  static Impl& of(GLFWwindow* window) { return *static_cast<Impl*>(glfwGetWindowUserPointer(window)); }

  void install_callbacks() {
    glfwSetWindowUserPointer(window, this);
    glfwSetWindowCloseCallback(window, [](GLFWwindow* w) {
      glfwSetWindowShouldClose(w, GLFW_FALSE);
      of(w).close_requested = of(w).stale = true;
    });
    glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int, int action, int mods) {
      if (action == GLFW_RELEASE) return;
      of(w).stale = true;
      if (key == GLFW_KEY_ESCAPE) {
        of(w).close_requested = true;
      } else if (key == GLFW_KEY_F11) {
        of(w).toggle_full_screen();
      } else {
        of(w).keys.push_back(key_press(key, action, mods));
      }
    });
    glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int) {
      if (button != GLFW_MOUSE_BUTTON_LEFT || action != GLFW_PRESS) return;
      const double now = glfwGetTime();
      if (now - std::exchange(of(w).clicked_at, now) < double_click) of(w).toggle_full_screen();
    });
    glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { of(w).stale = true; });
    glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { of(w).stale = true; });
  }

  [[nodiscard]] bool full_screen() const { return glfwGetWindowMonitor(window) != nullptr; }

  void hide_cursor() const {
    glfwSetInputMode(window, GLFW_CURSOR, full_screen() ? GLFW_CURSOR_HIDDEN : GLFW_CURSOR_NORMAL);
  }

  void fill(GLFWmonitor* monitor) {
    const ScreenArea area = area_of(monitor);
    glfwSetWindowMonitor(window, monitor, 0, 0, area.width, area.height, GLFW_DONT_CARE);
    hide_cursor();
  }

  void toggle_full_screen() {
    GLFWmonitor* monitor = full_screen() ? glfwGetWindowMonitor(window) : monitor_under(window);
    if (monitor == nullptr) return;
    if (full_screen()) {
      const ScreenArea area = area_of(monitor);
      glfwSetWindowMonitor(window, nullptr, area.x + std::max(0, (area.width - size.width) / 2),
                           area.y + std::max(0, (area.height - size.height) / 2), size.width, size.height,
                           GLFW_DONT_CARE);
      hide_cursor();
    } else {
      fill(monitor);
    }
    stale = true;
  }

  [[nodiscard]] PixelSize framebuffer() const {
    PixelSize pixels;
    glfwGetFramebufferSize(window, &pixels.width, &pixels.height);
    return pixels;
  }

  void draw(const GlTexture& picture, const OutputDrawing& drawing) {
    const PixelSize surface = framebuffer();
    if (surface.empty()) return;
    glFlush();  // what fills the texture comes before what reads it in another context
    glfwMakeContextCurrent(window);
    view->draw(picture, drawing, surface, [&] { bind_window(surface); });
    glfwSwapBuffers(window);
    glfwMakeContextCurrent(first);
  }
};

OutputWindow::OutputWindow(Window& first, int monitor, PixelSize size)
    : impl_(std::make_unique<Impl>(first, monitor, size)) {}

OutputWindow::~OutputWindow() = default;

void OutputWindow::draw(const GlTexture& picture, const OutputDrawing& drawing) {
  impl_->draw(picture, drawing);
}

bool OutputWindow::take_stale() {
  return std::exchange(impl_->stale, false);
}

bool OutputWindow::take_close_request() {
  return std::exchange(impl_->close_requested, false);
}

std::vector<KeyPress> OutputWindow::take_keys() {
  return std::exchange(impl_->keys, {});
}

PixelSize OutputWindow::framebuffer() const {
  return impl_->framebuffer();
}

bool OutputWindow::full_screen() const {
  return impl_->full_screen();
}

}  // namespace ganvas::render
