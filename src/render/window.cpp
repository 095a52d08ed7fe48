#include <epoxy/gl.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/error.h"
#include "render/context.h"
#include "render/glfw_support.h"

namespace ganvas::render {

std::string glfw_reason() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text != nullptr ? text : "no reason given";
}

KeyPress key_press(int key, int action, int mods) {
  return {.key = key,
          .repeat = action == GLFW_REPEAT,
          .control = (mods & GLFW_MOD_CONTROL) != 0,
          .shift = (mods & GLFW_MOD_SHIFT) != 0,
          .other = (mods & (GLFW_MOD_ALT | GLFW_MOD_SUPER)) != 0};
}

namespace {

bool monitors_changed = true;  // GLFW tells a function alone

/// Ends GLFW when the window is gone, also when its constructor throws.
struct GlfwLibrary {
  GlfwLibrary() {
    const bool started = glfwInit() == GLFW_TRUE;
    require(started, "No window can be opened: {}; set DISPLAY to a running display, or use explore --headless.",
            glfw_reason());
  }
  ~GlfwLibrary() { glfwTerminate(); }
};

}  // namespace

struct Window::Impl {
  GlfwLibrary library;
  GLFWwindow* window = nullptr;
  bool activity = true;  // something arrived from the person since the last wait_events()
  bool close_requested = false;
  std::vector<std::string> dropped;
  std::vector<KeyPress> keys;
  int windowed[4] = {0, 0, 0, 0};  // place and size to return to from full screen

  ~Impl() {
    if (window != nullptr) glfwDestroyWindow(window);
  }

  static Impl& of(GLFWwindow* window) { return *static_cast<Impl*>(glfwGetWindowUserPointer(window)); }

  // ImGui's GLFW back end calls these in turn after its own, because they are installed before it.
  void install_callbacks() {
    glfwSetWindowUserPointer(window, this);
    glfwSetWindowCloseCallback(window, [](GLFWwindow* w) {
      glfwSetWindowShouldClose(w, GLFW_FALSE);
      of(w).close_requested = of(w).activity = true;
    });
    glfwSetDropCallback(window, [](GLFWwindow* w, int count, const char** paths) {
      of(w).dropped.insert(of(w).dropped.end(), paths, paths + count);
      of(w).activity = true;
    });
    glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int, int action, int mods) {
      of(w).activity = true;
      if (action == GLFW_RELEASE) return;
      of(w).keys.push_back(key_press(key, action, mods));
    });
    glfwSetCharCallback(window, [](GLFWwindow* w, unsigned) { of(w).activity = true; });
    glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int, int, int) { of(w).activity = true; });
    glfwSetCursorPosCallback(window, [](GLFWwindow* w, double, double) { of(w).activity = true; });
    glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int) { of(w).activity = true; });
    glfwSetScrollCallback(window, [](GLFWwindow* w, double, double) { of(w).activity = true; });
    glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { of(w).activity = true; });
    glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int) { of(w).activity = true; });
    glfwSetWindowIconifyCallback(window, [](GLFWwindow* w, int) { of(w).activity = true; });
    glfwSetWindowContentScaleCallback(window, [](GLFWwindow* w, float, float) { of(w).activity = true; });
    glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { of(w).activity = true; });
  }
};

namespace {

/// No larger than what the desktop leaves of the primary monitor; GLFW enlarges the window by the monitor's scale.
PixelSize fitting(PixelSize size) {
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  if (monitor == nullptr) return size;
  PixelSize room;
  float scale_x = 1, scale_y = 1;
  glfwGetMonitorWorkarea(monitor, nullptr, nullptr, &room.width, &room.height);
  glfwGetMonitorContentScale(monitor, &scale_x, &scale_y);
  if (room.width <= 0 || room.height <= 0) return size;
  return {std::min(size.width, static_cast<int>(static_cast<float>(room.width) / scale_x)),
          std::min(size.height, static_cast<int>(static_cast<float>(room.height) / scale_y))};
}

}  // namespace

Window::Window(const WindowOptions& options) : impl_(std::make_unique<Impl>()) {
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  glfwWindowHint(GLFW_DEPTH_BITS, 0);
  glfwWindowHint(GLFW_STENCIL_BITS, 0);
  glfwWindowHint(GLFW_VISIBLE, options.visible ? GLFW_TRUE : GLFW_FALSE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "ganvas");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "ganvas");
  const PixelSize size =
      options.fit_screen ? fitting({options.width, options.height}) : PixelSize{options.width, options.height};
  impl_->window = glfwCreateWindow(size.width, size.height, options.title.c_str(), nullptr, nullptr);
  require(impl_->window != nullptr, "The window could not be opened with OpenGL 3.3: {}; try explore --headless.",
          glfw_reason());
  glfwMakeContextCurrent(impl_->window);
  glfwSwapInterval(1);
  glfwSetWindowSizeLimits(impl_->window, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
  impl_->install_callbacks();
  monitors_changed = true;
  glfwSetMonitorCallback([](GLFWmonitor*, int) { monitors_changed = true; });
}

Window::~Window() = default;

GLFWwindow* Window::handle() const {
  return impl_->window;
}

PixelSize Window::framebuffer() const {
  PixelSize size;
  glfwGetFramebufferSize(impl_->window, &size.width, &size.height);
  return size;
}

PixelSize Window::size() const {
  PixelSize size;
  glfwGetWindowSize(impl_->window, &size.width, &size.height);
  return size;
}

float Window::content_scale() const {
  float x = 1;
  float y = 1;
  glfwGetWindowContentScale(impl_->window, &x, &y);
  return std::max({x, y, 0.5F});
}

bool Window::minimised() const {
  return glfwGetWindowAttrib(impl_->window, GLFW_ICONIFIED) == GLFW_TRUE;
}

bool Window::wait_events(double seconds) {
  impl_->activity = false;
  if (seconds > 0) {
    glfwWaitEventsTimeout(seconds);
  } else {
    glfwPollEvents();
  }
  return impl_->activity;
}

void Window::swap() {
  glfwSwapBuffers(impl_->window);
}

bool Window::take_close_request() {
  return std::exchange(impl_->close_requested, false);
}

std::vector<KeyPress> Window::take_keys() {
  return std::exchange(impl_->keys, {});
}

std::vector<std::string> Window::take_dropped_files() {
  return std::exchange(impl_->dropped, {});
}

bool Window::take_monitors_changed() {
  return std::exchange(monitors_changed, false);
}

void Window::set_title(const std::string& title) {
  glfwSetWindowTitle(impl_->window, title.c_str());
}

PixelSize Window::windowed_size() const {
  return glfwGetWindowMonitor(impl_->window) == nullptr ? size() : PixelSize{impl_->windowed[2], impl_->windowed[3]};
}

void Window::toggle_full_screen() {
  int* kept = impl_->windowed;
  if (glfwGetWindowMonitor(impl_->window) != nullptr) {
    glfwSetWindowMonitor(impl_->window, nullptr, kept[0], kept[1], kept[2], kept[3], GLFW_DONT_CARE);
    return;
  }
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor != nullptr ? glfwGetVideoMode(monitor) : nullptr;
  if (mode == nullptr) return;
  glfwGetWindowPos(impl_->window, &kept[0], &kept[1]);
  glfwGetWindowSize(impl_->window, &kept[2], &kept[3]);
  glfwSetWindowMonitor(impl_->window, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

bool display_is_named() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  return set("DISPLAY") || set("WAYLAND_DISPLAY");
}

std::string renderer_name() {
  const auto text = [](GLenum name) {
    const auto* value = reinterpret_cast<const char*>(glGetString(name));
    return std::string(value != nullptr ? value : "unknown");
  };
  return text(GL_RENDERER) + ", OpenGL " + text(GL_VERSION);
}

}  // namespace ganvas::render
