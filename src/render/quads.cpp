#include "render/quads.h"

#include <epoxy/gl.h>

namespace ganvas::render {

void set_rectangle(const GlProgram& program, const char* name, const Rectangle& rectangle) {
  glUniform4f(program.uniform(name), rectangle.x, rectangle.y, rectangle.width, rectangle.height);
}

void use(const GlProgram& program, PixelSize surface, const Rectangle& rectangle) {
  program.use();
  set_rectangle(program, "rectangle", rectangle);
  glUniform2f(program.uniform("surface_size"), static_cast<float>(surface.width), static_cast<float>(surface.height));
}

void use_picture(const GlProgram& program, const GlTexture& picture, bool smooth) {
  glActiveTexture(GL_TEXTURE0);
  glBindSampler(0, 0);
  glBindTexture(GL_TEXTURE_2D, picture.name());
  const GLint filter = smooth ? GL_LINEAR : GL_NEAREST;
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
  glUniform1i(program.uniform("picture"), 0);
}

void draw_quad(const GlProgram& program, const Rectangle& area) {
  if (area.width <= 0 || area.height <= 0) return;
  set_rectangle(program, "area", area);
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}

}  // namespace ganvas::render
