#include "render/gl_objects.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "core/files.h"

namespace ganvas::render {
namespace detail {

GlName GlTextureKind::make() {
  GlName name = 0;
  glGenTextures(1, &name);
  return name;
}
void GlTextureKind::destroy(GlName name) {
  glDeleteTextures(1, &name);
}
GlName GlBufferKind::make() {
  GlName name = 0;
  glGenBuffers(1, &name);
  return name;
}
void GlBufferKind::destroy(GlName name) {
  glDeleteBuffers(1, &name);
}
GlName GlFramebufferKind::make() {
  GlName name = 0;
  glGenFramebuffers(1, &name);
  return name;
}
void GlFramebufferKind::destroy(GlName name) {
  glDeleteFramebuffers(1, &name);
}
GlName GlVertexArrayKind::make() {
  GlName name = 0;
  glGenVertexArrays(1, &name);
  return name;
}
void GlVertexArrayKind::destroy(GlName name) {
  glDeleteVertexArrays(1, &name);
}

}  // namespace detail

namespace {

/// One line of a driver's log, for a one-sentence error.
std::string first_line(std::string log) {
  log.resize(std::min(log.size(), log.find_first_of(std::string("\n\0", 2))));
  return log.empty() ? "the driver gives no reason" : log;
}

class Shader {
 public:
  Shader(GLenum stage, const std::string& file) : name_(glCreateShader(stage)) {
    const std::string text = read_file(asset("shaders/" + file));
    const char* pointer = text.c_str();
    glShaderSource(name_, 1, &pointer, nullptr);
    glCompileShader(name_);
    GLint good = GL_FALSE;
    glGetShaderiv(name_, GL_COMPILE_STATUS, &good);
    if (good == GL_TRUE) return;
    std::string log(1024, '\0');
    glGetShaderInfoLog(name_, static_cast<GLsizei>(log.size()), nullptr, log.data());
    glDeleteShader(name_);
    fail("The shader {} does not compile: {}; restore the file or update the graphics driver.", file, first_line(log));
  }
  ~Shader() { glDeleteShader(name_); }
  Shader(const Shader&) = delete;
  Shader& operator=(const Shader&) = delete;
  [[nodiscard]] GlName name() const { return name_; }

 private:
  GlName name_;
};

std::vector<std::uint8_t> as_rgba(const ImageView& picture) {
  std::vector<std::uint8_t> rgba(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) *
                                 4);
  std::uint8_t* out = rgba.data();
  const int channels = picture.channels;
  for (int y = 0; y < picture.height; ++y) {
    const std::uint8_t* in = picture.row(y);
    for (int x = 0; x < picture.width; ++x, in += channels, out += 4) {
      for (int c = 0; c < 3; ++c) out[c] = in[channels >= 3 ? c : 0];
      out[3] = channels == 4 ? in[3] : 255;
    }
  }
  return rgba;
}

}  // namespace

GlProgram::GlProgram(const std::string& vertex_file, const std::string& fragment_file) {
  const Shader vertex(GL_VERTEX_SHADER, vertex_file);
  const Shader fragment(GL_FRAGMENT_SHADER, fragment_file);
  name_ = glCreateProgram();
  glAttachShader(name_, vertex.name());
  glAttachShader(name_, fragment.name());
  glLinkProgram(name_);
  GLint good = GL_FALSE;
  glGetProgramiv(name_, GL_LINK_STATUS, &good);
  if (good == GL_TRUE) return;
  std::string log(1024, '\0');
  glGetProgramInfoLog(name_, static_cast<GLsizei>(log.size()), nullptr, log.data());
  glDeleteProgram(name_);
  fail("The shaders {} and {} do not link: {}; restore the files or update the graphics driver.", vertex_file,
       fragment_file, first_line(log));
}

GlProgram::~GlProgram() {
  glDeleteProgram(name_);
}

void GlProgram::use() const {
  glUseProgram(name_);
}

int GlProgram::uniform(const char* name) const {
  return glGetUniformLocation(name_, name);
}

RenderTarget::RenderTarget(PixelSize size)
    : size_(size), colour_(GlTexture::make()), framebuffer_(GlFramebuffer::make()) {
  glBindTexture(GL_TEXTURE_2D, colour_.name());
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, size.width, size.height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_.name());
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, colour_.name(), 0);
  const GLenum status = glCheckFramebufferStatus(GL_FRAMEBUFFER);
  require(status == GL_FRAMEBUFFER_COMPLETE,
          "A surface of {}x{} pixels cannot be made (OpenGL status {:#x}); ask for a smaller one.", size.width,
          size.height, status);
}

void RenderTarget::bind() const {
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_.name());
  glViewport(0, 0, size_.width, size_.height);
}

void bind_window(PixelSize framebuffer) {
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glViewport(0, 0, framebuffer.width, framebuffer.height);
}

void clear(float red, float green, float blue) {
  glDisable(GL_SCISSOR_TEST);
  glClearColor(red, green, blue, 1.0F);
  glClear(GL_COLOR_BUFFER_BIT);
}

Image read_pixels(PixelSize size) {
  Image flipped(size.width, size.height, 4);
  glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, size.width, size.height, GL_RGBA, GL_UNSIGNED_BYTE, flipped.pixels.data());
  Image image(size.width, size.height, 4);
  for (int y = 0; y < size.height; ++y) {
    const std::uint8_t* in = flipped.at(0, size.height - 1 - y);
    std::copy_n(in, image.stride(), image.at(0, y));
  }
  for (std::size_t i = 3; i < image.pixels.size(); i += 4) image.pixels[i] = 255;
  return image;
}

GlTexture make_texture(const ImageView& picture) {
  require(picture.device == Device::cpu && !picture.empty(),
          "A texture can be made only from a picture in host memory; copy it first.");
  const std::vector<std::uint8_t> rgba = as_rgba(picture);
  GlTexture texture = GlTexture::make();
  glBindTexture(GL_TEXTURE_2D, texture.name());
  glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, picture.width, picture.height, 0, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
  glGenerateMipmap(GL_TEXTURE_2D);
  return texture;
}

}  // namespace ganvas::render
