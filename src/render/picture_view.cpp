#include "render/picture_view.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <cmath>

namespace ganvas {

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

PictureView::PictureView() : program_("picture.vert", "picture.frag"), vertices_(GlVertexArray::make()) {}

void PictureView::draw(const GlTexture& picture, const PictureDrawing& drawing) const {
  const auto rectangle = [&](const char* name, const Rectangle& r) {
    glUniform4f(program_.uniform(name), r.x, r.y, r.width, r.height);
  };
  const auto colour = [&](const char* name, const Colour& c) { glUniform3f(program_.uniform(name), c[0], c[1], c[2]); };
  glDisable(GL_SCISSOR_TEST);
  glDisable(GL_BLEND);
  program_.use();
  rectangle("area", drawing.area);
  rectangle("rectangle", drawing.rectangle);
  glUniform2f(program_.uniform("surface_size"), static_cast<float>(drawing.surface.width),
              static_cast<float>(drawing.surface.height));
  glUniform2f(program_.uniform("cells"), static_cast<float>(drawing.columns), static_cast<float>(drawing.rows));
  glUniform1i(program_.uniform("smooth_filter"), drawing.smooth ? 1 : 0);
  glUniform1f(program_.uniform("unit"), drawing.unit);
  glUniform1f(program_.uniform("shadow"), drawing.shadow);
  colour("background", drawing.background);
  colour("border", drawing.border);
  glUniform1i(program_.uniform("picture"), 0);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, picture.name());
  glBindSampler(0, 0);
  glBindVertexArray(vertices_.name());
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
  glBindVertexArray(0);
}

}  // namespace ganvas
