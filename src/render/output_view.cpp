#include "render/output_view.h"

#include <epoxy/gl.h>

namespace ganvas::render {

namespace {

/// Where the whole picture lies when its part fills `place`.
Rectangle whole_of(const PicturePart& part, const Rectangle& place) {
  const auto width = static_cast<float>(place.width / part.width);
  const auto height = static_cast<float>(place.height / part.height);
  return {place.x - static_cast<float>(part.x) * width, place.y - static_cast<float>(part.y) * height, width, height};
}

Rectangle rectangle_of(const PixelPlace& place) {
  return {static_cast<float>(place.x), static_cast<float>(place.y), static_cast<float>(place.width),
          static_cast<float>(place.height)};
}

Rectangle all_of(PixelSize surface) {
  return {0, 0, static_cast<float>(surface.width), static_cast<float>(surface.height)};
}

}  // namespace

OutputView::OutputView()
    : average_("picture.vert", "picture_average.frag"),
      enlarge_("picture.vert", "picture_blurred.frag"),
      vertices_(GlVertexArray::make()) {}

void OutputView::draw(const GlTexture& picture, const OutputDrawing& drawing, PixelSize surface,
                      const std::function<void()>& bind) {
  const Framed shown = framed(drawing.framing, drawing.size.width, drawing.size.height, surface.width, surface.height);
  const Rectangle place = rectangle_of(shown.place);
  const bool borders = shown.place.width < surface.width || shown.place.height < surface.height;
  const bool blurred = borders && drawing.framing.border == Framing::Border::blurred;
  if (blurred) make_blurred(picture, drawing, surface);
  bind();
  clear(0, 0, 0);
  if (blurred) {
    glBindVertexArray(vertices_.name());
    use(enlarge_, surface, all_of(surface));
    use_picture(enlarge_, small_->texture(), false);
    draw_quad(enlarge_, all_of(surface));
  }
  view_.draw(picture, {.surface = surface,
                       .area = place,
                       .rectangle = whole_of(shown.part, place),
                       .columns = drawing.columns,
                       .rows = drawing.rows,
                       .smooth = drawing.smooth,
                       .shadow = 0});
}

/// The picture as it would cover the surface, in few cells.
void OutputView::make_blurred(const GlTexture& picture, const OutputDrawing& drawing, PixelSize surface) {
  const PixelPlace cells = place_inside(surface.width, surface.height, Framing::blurred_cells, Framing::blurred_cells);
  const PixelSize size{cells.width, cells.height};
  if (!small_ || small_->size() != size) small_.emplace(size);
  Framing behind = drawing.framing;
  behind.fit = Framing::Fit::cover;
  const Framed cover = framed(behind, drawing.size.width, drawing.size.height, surface.width, surface.height);
  small_->bind();
  glDisable(GL_BLEND);
  glDisable(GL_SCISSOR_TEST);
  glBindVertexArray(vertices_.name());
  use(average_, size, whole_of(cover.part, all_of(size)));
  use_picture(average_, picture, true);
  draw_quad(average_, all_of(size));
}

}  // namespace ganvas::render
