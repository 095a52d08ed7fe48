#include <epoxy/egl.h>
#include <epoxy/gl.h>

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "render/context.h"

namespace ganvas::render {
namespace {

bool has(const char* extensions, const char* name) {
  return extensions != nullptr && epoxy_extension_in_string(extensions, name);
}

/// The displays worth trying, best first.
std::vector<EGLDisplay> candidate_displays() {
  std::vector<EGLDisplay> displays;
  const char* client = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
  if (has(client, "EGL_EXT_platform_device") && has(client, "EGL_EXT_device_enumeration")) {
    EGLDeviceEXT devices[16];
    EGLint count = 0;
    if (eglQueryDevicesEXT(16, devices, &count) == EGL_TRUE) {
      // Only a device that CUDA knows lets a texture be shared with it; the others are left to the platforms below.
      for (EGLint i = 0; i < count; ++i) {
        if (!has(eglQueryDeviceStringEXT(devices[i], EGL_EXTENSIONS), "EGL_NV_device_cuda")) continue;
        displays.push_back(eglGetPlatformDisplayEXT(EGL_PLATFORM_DEVICE_EXT, devices[i], nullptr));
      }
    }
  }
  if (has(client, "EGL_MESA_platform_surfaceless")) {
    displays.push_back(eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr));
  }
  displays.push_back(eglGetDisplay(EGL_DEFAULT_DISPLAY));
  std::erase(displays, EGL_NO_DISPLAY);
  return displays;
}

}  // namespace

struct HeadlessContext::Impl {
  EGLDisplay display = EGL_NO_DISPLAY;
  EGLContext context = EGL_NO_CONTEXT;
  EGLSurface surface = EGL_NO_SURFACE;

  ~Impl() { release(); }

  void release() {
    if (display == EGL_NO_DISPLAY) return;
    eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (surface != EGL_NO_SURFACE) eglDestroySurface(display, surface);
    if (context != EGL_NO_CONTEXT) eglDestroyContext(display, context);
    eglTerminate(display);
    display = EGL_NO_DISPLAY;
    context = EGL_NO_CONTEXT;
    surface = EGL_NO_SURFACE;
  }

  /// Empty when the context is current; otherwise why not.
  std::string open(EGLDisplay candidate) {
    EGLint major = 0;
    EGLint minor = 0;
    if (eglInitialize(candidate, &major, &minor) != EGL_TRUE) return "the display does not start";
    display = candidate;
    if (eglBindAPI(EGL_OPENGL_API) != EGL_TRUE) return "it has no desktop OpenGL";
    const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
    EGLConfig config = nullptr;
    EGLint count = 0;
    if (eglChooseConfig(display, wanted, &config, 1, &count) != EGL_TRUE || count < 1) return "it has no OpenGL config";
    const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION_KHR,
                              3,
                              EGL_CONTEXT_MINOR_VERSION_KHR,
                              3,
                              EGL_CONTEXT_OPENGL_PROFILE_MASK_KHR,
                              EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT_KHR,
                              EGL_NONE};
    context = eglCreateContext(display, config, EGL_NO_CONTEXT, version);
    if (context == EGL_NO_CONTEXT) return "it has no OpenGL 3.3 core";
    if (!has(eglQueryString(display, EGL_EXTENSIONS), "EGL_KHR_surfaceless_context")) {
      const EGLint size[] = {EGL_WIDTH, 1, EGL_HEIGHT, 1, EGL_NONE};
      surface = eglCreatePbufferSurface(display, config, size);
      if (surface == EGL_NO_SURFACE) return "it has neither surfaceless contexts nor pbuffers";
    }
    if (eglMakeCurrent(display, surface, surface, context) != EGL_TRUE) return "the context does not become current";
    return {};
  }
};

HeadlessContext::HeadlessContext() : impl_(std::make_unique<Impl>()) {
  std::string reason = "EGL names no display";
  for (EGLDisplay candidate : candidate_displays()) {
    reason = impl_->open(candidate);
    if (reason.empty()) return;
    impl_->release();
  }
  fail("No headless OpenGL context can be made: {}; install a driver with EGL, such as Mesa's libegl-mesa0.", reason);
}

HeadlessContext::~HeadlessContext() = default;

}  // namespace ganvas::render
