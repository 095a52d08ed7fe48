#include "media/caption.h"

#include <cairo/cairo.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>

#include "core/error.h"

namespace ganvas::media {

namespace {

struct Destroy {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};

struct Colour {
  double r, g, b;
};
constexpr Colour page{0.082, 0.094, 0.118}, ink{0.933, 0.945, 0.965};
constexpr Colour lines[] = {{0.24, 0.49, 0.96}, {0.95, 0.42, 0.26}, {0.12, 0.66, 0.50}};

/// A curve in the box, on the scale low..high, from its beginning to `part` of its length.
void draw_curve(cairo_t* cr, const std::vector<float>& values, double part, double low, double high, double left,
                double top, double width, double height) {
  const auto count = static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size())));
  cairo_new_path(cr);
  for (std::size_t i = 0; i < std::min(count, values.size()); ++i) {
    if (!std::isfinite(values[i])) continue;
    const double x =
        left + width * static_cast<double>(i) / std::max<double>(1, static_cast<double>(values.size() - 1));
    const double y = top + height * (1 - (values[i] - low) / std::max(high - low, 1e-9));
    cairo_line_to(cr, x, y);
  }
  cairo_stroke(cr);
}

void draw_curves(cairo_t* cr, const Caption& caption, double left, double top, double width, double height) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const std::vector<float>& curve : caption.curves) {
    for (const float value : curve) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, static_cast<double>(value));
      high = std::max(high, static_cast<double>(value));
    }
  }
  if (!(low <= high)) return;
  cairo_set_line_width(cr, std::max(1.0, height / 24));
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  for (std::size_t i = 0; i < caption.curves.size(); ++i) {
    const Colour& colour = lines[i % std::size(lines)];
    cairo_set_source_rgba(cr, colour.r, colour.g, colour.b, 0.3);
    draw_curve(cr, caption.curves[i], 1, low, high, left, top, width, height);
    cairo_set_source_rgb(cr, colour.r, colour.g, colour.b);
    draw_curve(cr, caption.curves[i], caption.reached, low, high, left, top, width, height);
  }
}

}  // namespace

int caption_height(int width) {
  return std::clamp(width / 9, 20, 96) / 2 * 2;
}

Image with_caption(const Image& picture, const Caption& caption) {
  require(picture.channels == 3 && picture.width >= 32, "A caption goes below an RGB picture of 32 pixels or more.");
  const int bar = caption_height(picture.width);
  std::unique_ptr<cairo_surface_t, Destroy> surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, picture.width, bar));
  require(cairo_surface_status(surface.get()) == CAIRO_STATUS_SUCCESS, "There is no memory for a caption.");
  {
    std::unique_ptr<cairo_t, Destroy> cr(cairo_create(surface.get()));
    cairo_set_source_rgb(cr.get(), page.r, page.g, page.b);
    cairo_paint(cr.get());
    const double pad = bar * 0.22;
    const double curve_width = caption.curves.empty() ? 0 : picture.width * 0.3;
    draw_curves(cr.get(), caption, picture.width - curve_width - pad, pad, curve_width, bar - 2 * pad);
    cairo_select_font_face(cr.get(), "Inter", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    double size = bar * 0.42;
    cairo_text_extents_t extents;
    cairo_set_font_size(cr.get(), size);
    cairo_text_extents(cr.get(), caption.text.c_str(), &extents);
    const double room = picture.width - curve_width - 3 * pad;
    if (extents.x_advance > room) cairo_set_font_size(cr.get(), size *= room / extents.x_advance);
    cairo_set_source_rgb(cr.get(), ink.r, ink.g, ink.b);
    cairo_move_to(cr.get(), pad, bar / 2.0 + size * 0.36);
    cairo_show_text(cr.get(), caption.text.c_str());
  }
  cairo_surface_flush(surface.get());
  Image image(picture.width, picture.height + bar, 3);
  std::copy(picture.pixels.begin(), picture.pixels.end(), image.pixels.begin());
  const unsigned char* rows = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < bar; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const std::uint32_t pixel =
          reinterpret_cast<const std::uint32_t*>(rows + static_cast<std::ptrdiff_t>(y) * stride)[x];
      std::uint8_t* to = image.pixels.data() + 3 * ((static_cast<std::size_t>(picture.height) + y) * picture.width + x);
      to[0] = pixel >> 16 & 255;
      to[1] = pixel >> 8 & 255;
      to[2] = pixel & 255;
    }
  }
  return image;
}

}  // namespace ganvas::media
