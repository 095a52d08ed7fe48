#pragma once
// Rectangles of a surface, filled by a program of picture.vert and another shader.

#include "render/gl_objects.h"

namespace ganvas::render {

/// Pixels from the upper left corner of the surface.
struct Rectangle {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;
  [[nodiscard]] bool contains(float px, float py) const {
    return px >= x && py >= y && px < x + width && py < y + height;
  }
};

/// From here on `program` draws, on a surface of that size; the whole picture lies in `rectangle`. A vertex array is
/// bound.
void use(const GlProgram& program, PixelSize surface, const Rectangle& rectangle);

/// The program's "picture" is this texture, filtered linearly or not at all.
void use_picture(const GlProgram& program, const GlTexture& picture, bool smooth);

void set_rectangle(const GlProgram& program, const char* name, const Rectangle& rectangle);

/// Fills an area, where it is not empty.
void draw_quad(const GlProgram& program, const Rectangle& area);

}  // namespace ganvas::render
