#pragma once
// OpenGL objects as move-only values, and programs from shaders/. All of it belongs to the thread of the context;
// an object that dies on another one ends the program with a sentence.

#include <string>
#include <utility>

#include "core/image.h"
#include "core/threads/owner_thread.h"
#include "render/context.h"

namespace ganvas::render {

using GlName = unsigned int;

namespace detail {
struct GlTextureKind {
  static GlName make();
  static void destroy(GlName name);
};
struct GlBufferKind {
  static GlName make();
  static void destroy(GlName name);
};
struct GlFramebufferKind {
  static GlName make();
  static void destroy(GlName name);
};
struct GlVertexArrayKind {
  static GlName make();
  static void destroy(GlName name);
};
}  // namespace detail

/// Owns one OpenGL name; empty when default-made.
template <typename Kind>
class GlObject {
 public:
  GlObject() = default;
  static GlObject make() { return GlObject(Kind::make()); }
  ~GlObject() {
    if (name_ == 0) return;
    owner_.check("An OpenGL object");
    Kind::destroy(name_);
  }
  GlObject(GlObject&& other) noexcept : name_(std::exchange(other.name_, 0)), owner_(other.owner_) {}
  GlObject& operator=(GlObject&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(owner_, other.owner_);
    return *this;
  }
  [[nodiscard]] GlName name() const { return name_; }
  explicit operator bool() const { return name_ != 0; }

 private:
  explicit GlObject(GlName name) : name_(name) {}
  GlName name_ = 0;
  OwnerThread owner_;
};

using GlTexture = GlObject<detail::GlTextureKind>;
using GlBuffer = GlObject<detail::GlBufferKind>;
using GlFramebuffer = GlObject<detail::GlFramebufferKind>;
using GlVertexArray = GlObject<detail::GlVertexArrayKind>;

/// A linked program of two files of shaders/.
class GlProgram {
 public:
  /// Throws Error with the file's name and the driver's log when a shader does not compile or link.
  GlProgram(const std::string& vertex_file, const std::string& fragment_file);
  ~GlProgram();
  GlProgram(const GlProgram&) = delete;
  GlProgram& operator=(const GlProgram&) = delete;

  void use() const;
  [[nodiscard]] int uniform(const char* name) const;

 private:
  GlName name_ = 0;
};

/// An off-screen RGBA8 surface to draw on.
class RenderTarget {
 public:
  explicit RenderTarget(PixelSize size);
  /// Drawing goes here, over the whole of it, until another target is bound.
  void bind() const;
  [[nodiscard]] PixelSize size() const { return size_; }
  /// What was drawn, its lowest row first.
  [[nodiscard]] const GlTexture& texture() const { return colour_; }

 private:
  PixelSize size_;
  GlTexture colour_;
  GlFramebuffer framebuffer_;
};

/// Drawing goes to the window again.
void bind_window(PixelSize framebuffer);

/// Fills the bound surface with an opaque colour, components 0..1.
void clear(float red, float green, float blue);

/// The bound surface from its lower left corner, as an RGBA picture with row 0 on top and alpha 255. Waits for the GPU.
Image read_pixels(PixelSize size);

/// An RGBA8 texture with the pixels of a host picture (1, 3 or 4 channels), filtered linearly.
GlTexture make_texture(const ImageView& picture);

}  // namespace ganvas::render
