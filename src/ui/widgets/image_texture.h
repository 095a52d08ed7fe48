#pragma once
// A picture of the program's own, as a texture for ImGui.

#include <imgui.h>

#include <cstdint>
#include <memory>

#include "core/image.h"
#include "render/gl_objects.h"

namespace ganvas::ui {

/// Follows a picture: its texture is made anew when another one comes. Lives and dies with the GL context.
class ImageTexture {
 public:
  /// Of a picture that is not null and not empty.
  ImTextureID of(const std::shared_ptr<const Image>& image) {
    if (image_ != image) {
      image_ = image;
      texture_ = render::make_texture(image->view());
    }
    return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(texture_.name()));
  }

 private:
  std::shared_ptr<const Image> image_;  // what the texture shows
  render::GlTexture texture_;
};

}  // namespace ganvas::ui
