// The two tiers through host memory.

#include <epoxy/gl.h>

#include <array>
#include <cstring>

#include "render/device_copy.h"
#include "render/picture_texture.h"

namespace ganvas::render {
namespace {

using State = UploadResult::State;

UploadResult gl_outcome(const char* what) {
  const GLenum code = glGetError();
  if (code == GL_NO_ERROR) return {};
  while (glGetError() != GL_NO_ERROR) {
  }
  return {State::failed, std::string(what) + " failed with OpenGL error " + std::to_string(code)};
}

void clear_gl_errors() {
  while (glGetError() != GL_NO_ERROR) {
  }
}

void bind_for_upload(const GlTexture& target, GlName buffer, std::size_t stride) {
  glBindTexture(GL_TEXTURE_2D, target.name());
  glBindBuffer(GL_PIXEL_UNPACK_BUFFER, buffer);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, static_cast<GLint>(stride / 4));
}

void unbind_upload() {
  glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
}

class PlainUploader final : public Uploader {
 public:
  UploadResult start(const PictureSource& source, const GlTexture& target) override {
    if (source.pixels.device == Device::cpu) return upload(source.pixels, target);
    if (std::string why = copy_.start(source); !why.empty()) return {State::failed, why};
    if (std::string why = copy_.wait(); !why.empty()) return {State::failed, why};
    return upload(copy_.pixels(), target);
  }
  UploadResult poll(const GlTexture&) override { return {}; }

 private:
  static UploadResult upload(const ImageView& pixels, const GlTexture& target) {
    clear_gl_errors();
    bind_for_upload(target, 0, pixels.stride);
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, pixels.width, pixels.height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data);
    unbind_upload();
    return gl_outcome("the upload");
  }

  DeviceCopy copy_;
};

class PinnedUploader final : public Uploader {
 public:
  UploadResult start(const PictureSource& source, const GlTexture& target) override {
    if (source.pixels.device == Device::cpu) return upload(source.pixels, target);
    if (std::string why = copy_.start(source); !why.empty()) return {State::failed, why};
    return poll(target);
  }

  UploadResult poll(const GlTexture& target) override {
    std::string why;
    if (!copy_.finished(why)) return {State::pending, {}};
    if (!why.empty()) return {State::failed, why};
    return upload(copy_.pixels(), target);
  }

 private:
  // The driver takes the pixels out of the buffer in its own time; the ring gives it three frames for that.
  UploadResult upload(const ImageView& pixels, const GlTexture& target) {
    clear_gl_errors();
    GlBuffer& buffer = ring_[next_++ % ring_.size()];
    if (!buffer) buffer = GlBuffer::make();
    const std::size_t row = static_cast<std::size_t>(pixels.width) * 4;
    const auto bytes = static_cast<GLsizeiptr>(row * static_cast<std::size_t>(pixels.height));
    bind_for_upload(target, buffer.name(), row);
    glBufferData(GL_PIXEL_UNPACK_BUFFER, bytes, nullptr, GL_STREAM_DRAW);
    auto* out = static_cast<std::uint8_t*>(
        glMapBufferRange(GL_PIXEL_UNPACK_BUFFER, 0, bytes, GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT));
    if (out == nullptr) {
      unbind_upload();
      clear_gl_errors();
      return {State::failed, "a pixel buffer of " + std::to_string(bytes) + " bytes cannot be mapped"};
    }
    for (int y = 0; y < pixels.height; ++y, out += row) std::memcpy(out, pixels.row(y), row);
    const bool whole = glUnmapBuffer(GL_PIXEL_UNPACK_BUFFER) == GL_TRUE;
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, pixels.width, pixels.height, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    unbind_upload();
    if (!whole) return {State::failed, "a pixel buffer was lost by the driver"};
    return gl_outcome("the upload from a pixel buffer");
  }

  std::array<GlBuffer, 3> ring_;
  std::size_t next_ = 0;
  DeviceCopy copy_;
};

}  // namespace

std::unique_ptr<Uploader> make_plain_uploader() {
  return std::make_unique<PlainUploader>();
}

std::unique_ptr<Uploader> make_pinned_uploader() {
  return std::make_unique<PinnedUploader>();
}

}  // namespace ganvas::render
