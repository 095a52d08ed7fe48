#include "render/picture_view.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <cmath>

namespace ganvas::render {

Rectangle place_picture(const Rectangle& area, PixelSize picture, const PicturePlacement& placement, float margin) {
  if (picture.empty() || area.width <= 0 || area.height <= 0) return {};
  const float room_x = std::max(1.0F, area.width - 2 * margin);
  const float room_y = std::max(1.0F, area.height - 2 * margin);
  const float fit = std::min(room_x / static_cast<float>(picture.width), room_y / static_cast<float>(picture.height));
  const float scale = fit * static_cast<float>(placement.zoom);
  Rectangle at{0, 0, static_cast<float>(picture.width) * scale, static_cast<float>(picture.height) * scale};
  at.x = std::round(area.x + (area.width - at.width) / 2 + static_cast<float>(placement.pan_x) * area.width);
  at.y = std::round(area.y + (area.height - at.height) / 2 + static_cast<float>(placement.pan_y) * area.width);
  return at;
}

PicturePlacement zoom_about(const Rectangle& area, const PicturePlacement& placement, double factor,
                            std::array<float, 2> point) {
  const double zoom = std::clamp(placement.zoom * factor, 0.1, 64.0);
  const double change = zoom / placement.zoom;
  const auto moved = [&](double pan, float at, float begin, float extent) {
    const double from_centre = (at - begin - extent / 2) / area.width;  // of the point, in units of the area's width
    return from_centre - (from_centre - pan) * change;
  };
  return {zoom, moved(placement.pan_x, point[0], area.x, area.width),
          moved(placement.pan_y, point[1], area.y, area.height)};
}

PictureView::PictureView()
    : exact_("picture.vert", "picture.frag"),
      shrunk_("picture.vert", "picture_shrunk.frag"),
      shadow_("picture.vert", "picture_shadow.frag"),
      vertices_(GlVertexArray::make()) {}

namespace {

void set_colour(const GlProgram& program, const char* name, const Colour& c) {
  glUniform3f(program.uniform(name), c[0], c[1], c[2]);
}

/// Drawing stays inside the area, which is filled with the background.
void open_area(const PictureDrawing& drawing) {
  const Rectangle& area = drawing.area;
  glEnable(GL_SCISSOR_TEST);
  glScissor(static_cast<GLint>(area.x),
            static_cast<GLint>(static_cast<float>(drawing.surface.height) - area.y - area.height),
            static_cast<GLsizei>(area.width), static_cast<GLsizei>(area.height));
  glClearColor(drawing.background[0], drawing.background[1], drawing.background[2], 1);
  glClear(GL_COLOR_BUFFER_BIT);
}

}  // namespace

void PictureView::draw(const GlTexture& picture, const PictureDrawing& drawing) const {
  glDisable(GL_BLEND);
  open_area(drawing);
  glBindVertexArray(vertices_.name());
  draw_shadow(drawing);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, picture.name());
  GLint width = 0;
  glGetTexLevelParameteriv(GL_TEXTURE_2D, 0, GL_TEXTURE_WIDTH, &width);
  const bool shrunk = static_cast<float>(width) > 1.01F * drawing.rectangle.width;
  const GlProgram& program = shrunk ? shrunk_ : exact_;
  use(program, drawing.surface, drawing.rectangle);
  use_picture(program, picture, drawing.smooth || shrunk);
  if (!shrunk) {
    glUniform2f(program.uniform("cells"), static_cast<float>(drawing.columns), static_cast<float>(drawing.rows));
  }
  draw_quad(program, drawing.rectangle);
  glBindVertexArray(0);
  glDisable(GL_SCISSOR_TEST);
}

// Only the frame around the picture: software renderers pay for every pixel.
void PictureView::draw_shadow(const PictureDrawing& drawing) const {
  use(shadow_, drawing.surface, drawing.rectangle);
  glUniform1f(shadow_.uniform("unit"), drawing.unit);
  glUniform1f(shadow_.uniform("shadow"), drawing.shadow);
  set_colour(shadow_, "background", drawing.background);
  set_colour(shadow_, "border", drawing.border);
  const Rectangle& r = drawing.rectangle;
  const float reach = std::ceil(30 * drawing.unit);
  draw_quad(shadow_, {r.x - reach, r.y - reach, r.width + 2 * reach, reach});
  draw_quad(shadow_, {r.x - reach, r.y + r.height, r.width + 2 * reach, reach});
  draw_quad(shadow_, {r.x - reach, r.y, reach, r.height});
  draw_quad(shadow_, {r.x + r.width, r.y, reach, r.height});
}

}  // namespace ganvas::render
