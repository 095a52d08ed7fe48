#include "data/faces/pen.h"

#include <cmath>
#include <cstring>
#include <numbers>

#include "core/error.h"

namespace ganvas::data::faces {

Paint Paint::linear(Point from, Point to) {
  return Paint(cairo_pattern_create_linear(from.x, from.y, to.x, to.y));
}

Paint Paint::radial(Point centre, double radius) {
  return Paint(cairo_pattern_create_radial(centre.x, centre.y, 0, centre.x, centre.y, radius));
}

Paint& Paint::stop(double offset, Color color, double alpha) {
  cairo_pattern_add_color_stop_rgba(pattern_.get(), offset, color.r, color.g, color.b, alpha);
  return *this;
}

Pen::Pen(int size)
    : size_(size),
      surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, size, size)),
      context_(cairo_create(surface_.get())) {
  require(cairo_status(context_.get()) == CAIRO_STATUS_SUCCESS, "Could not draw a face of {} x {} pixels: {}.", size,
          size, cairo_status_to_string(cairo_status(context_.get())));
  cairo_scale(context_.get(), size / 256.0, size / 256.0);
  cairo_translate(context_.get(), 128, 0);
  cairo_set_line_cap(context_.get(), CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(context_.get(), CAIRO_LINE_JOIN_ROUND);
}

Pen& Pen::move(Point to) {
  cairo_move_to(context_.get(), to.x, to.y);
  return *this;
}

Pen& Pen::line(Point to) {
  cairo_line_to(context_.get(), to.x, to.y);
  return *this;
}

Pen& Pen::curve(Point control1, Point control2, Point to) {
  cairo_curve_to(context_.get(), control1.x, control1.y, control2.x, control2.y, to.x, to.y);
  return *this;
}

Pen& Pen::bow(Point to, double bulge) {
  Point from;
  cairo_get_current_point(context_.get(), &from.x, &from.y);
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double length = std::hypot(dx, dy);
  if (length <= 0) return *this;
  // A cubic whose inner control points are lifted by h rises 0.75 h in the middle.
  const Point lift{dy / length * bulge / 0.75, -dx / length * bulge / 0.75};
  return curve({from.x + dx / 3 + lift.x, from.y + dy / 3 + lift.y},
               {from.x + dx * 2 / 3 + lift.x, from.y + dy * 2 / 3 + lift.y}, to);
}

Pen& Pen::close() {
  cairo_close_path(context_.get());
  return *this;
}

Pen& Pen::ellipse(Point centre, double rx, double ry) {
  cairo_save(context_.get());
  cairo_translate(context_.get(), centre.x, centre.y);
  cairo_scale(context_.get(), rx, ry);
  cairo_new_sub_path(context_.get());
  cairo_arc(context_.get(), 0, 0, 1, 0, 2 * std::numbers::pi);
  cairo_close_path(context_.get());
  cairo_restore(context_.get());
  return *this;
}

void Pen::fill(Color color, double alpha) {
  cairo_set_source_rgba(context_.get(), color.r, color.g, color.b, alpha);
  cairo_fill(context_.get());
}

void Pen::fill(const Paint& paint) {
  cairo_set_source(context_.get(), paint.get());
  cairo_fill(context_.get());
}

void Pen::stroke(Color color, double width, double alpha) {
  cairo_set_source_rgba(context_.get(), color.r, color.g, color.b, alpha);
  cairo_set_line_width(context_.get(), width);
  cairo_stroke(context_.get());
}

Pen& Pen::fill_keep(Color color, double alpha) {
  cairo_set_source_rgba(context_.get(), color.r, color.g, color.b, alpha);
  cairo_fill_preserve(context_.get());
  return *this;
}

Pen& Pen::fill_keep(const Paint& paint) {
  cairo_set_source(context_.get(), paint.get());
  cairo_fill_preserve(context_.get());
  return *this;
}

void Pen::paint(const Paint& paint) {
  cairo_set_source(context_.get(), paint.get());
  cairo_paint(context_.get());
}

void Pen::clip() {
  cairo_clip(context_.get());
}
void Pen::translate(Point by) {
  cairo_translate(context_.get(), by.x, by.y);
}
void Pen::scale(double x, double y) {
  cairo_scale(context_.get(), x, y);
}
void Pen::rotate(double radians) {
  cairo_rotate(context_.get(), radians);
}

Image Pen::image(int channels) const {
  cairo_surface_flush(surface_.get());
  const unsigned char* rows = cairo_image_surface_get_data(surface_.get());
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get()));
  Image image(size_, size_, channels);
  std::uint8_t* out = image.pixels.data();
  for (int y = 0; y < size_; ++y) {
    for (int x = 0; x < size_; ++x) {
      std::uint32_t pixel = 0;
      std::memcpy(&pixel, rows + static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x) * 4, 4);
      const std::uint32_t r = (pixel >> 16) & 255;
      const std::uint32_t g = (pixel >> 8) & 255;
      const std::uint32_t b = pixel & 255;
      if (channels == 1) {
        *out++ = static_cast<std::uint8_t>((299 * r + 587 * g + 114 * b + 500) / 1000);
      } else {
        *out++ = static_cast<std::uint8_t>(r);
        *out++ = static_cast<std::uint8_t>(g);
        *out++ = static_cast<std::uint8_t>(b);
      }
    }
  }
  return image;
}

}  // namespace ganvas::data::faces
