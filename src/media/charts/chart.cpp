#include "media/charts/chart.h"

#include <cairo/cairo.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "core/error.h"
#include "media/charts/chart_scale.h"

namespace ganvas::media {
namespace {

struct Colour {
  double r, g, b;
};
constexpr Colour from_hex(unsigned hex) {
  return {(hex >> 16 & 255) / 255.0, (hex >> 8 & 255) / 255.0, (hex & 255) / 255.0};
}

struct Palette {
  Colour page, text, quiet, grid, axis;
};
constexpr Palette light{from_hex(0xffffff), from_hex(0x1c2330), from_hex(0x6b7484), from_hex(0xe9ecf1),
                        from_hex(0xb9c0cb)};
constexpr Palette dark{from_hex(0x15181e), from_hex(0xeef1f6), from_hex(0x97a1b2), from_hex(0x272c35),
                       from_hex(0x4a5362)};
// Readable on both pages, and apart for people who see few colours: lightness differs too.
constexpr std::array lines{from_hex(0x3d7df5), from_hex(0xf26b43), from_hex(0x1fa97f), from_hex(0xa864e8),
                           from_hex(0xe0a100), from_hex(0x19a9c4), from_hex(0xe0507f), from_hex(0x7d8899)};

struct Box {
  double left, top, right, bottom;
  [[nodiscard]] double width() const { return right - left; }
  [[nodiscard]] double height() const { return bottom - top; }
};

struct Destroy {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};

constexpr double margin = 24;
constexpr double title_size = 17;
constexpr double text_size = 12.5;
constexpr double legend_row = 20;

/// Draws one chart into a region of the page.
class Painter {
 public:
  Painter(cairo_t* cr, const Chart& chart, const Palette& palette) : cr_(cr), chart_(chart), palette_(palette) {}

  void draw(Box region) {
    measure_values();
    text(chart_.title, region.left + margin, region.top + 32, title_size, palette_.text, true);
    note(region);
    const double below_legend = legend(region.left + margin, region.top + 56, region.right - margin);
    text(chart_.y_label, region.left + margin, below_legend + 13, text_size, palette_.quiet);
    make_axes(region, below_legend);
    grid();
    cairo_save(cr_);
    cairo_rectangle(cr_, plot_.left, plot_.top - 1, plot_.width() + 4, plot_.height() + 2);
    cairo_clip(cr_);
    for (std::size_t i = 0; i < chart_.series.size(); ++i) draw_series(i);
    cairo_restore(cr_);
    text(chart_.x_label, (plot_.left + plot_.right - text_width(chart_.x_label, text_size)) / 2, region.bottom - 14,
         text_size, palette_.quiet);
    if (!any_) {
      const std::string empty = "no values yet";
      text(empty, (plot_.left + plot_.right - text_width(empty, text_size)) / 2, (plot_.top + plot_.bottom) / 2,
           text_size, palette_.quiet);
    }
  }

 private:
  void measure_values() {
    std::vector<double> xs;
    std::vector<double> ys;
    for (const ChartSeries& series : chart_.series) {
      require(series.x.size() == series.y.size(), "The chart's line {} has {} x values and {} y values.", series.name,
              series.x.size(), series.y.size());
      xs.insert(xs.end(), series.x.begin(), series.x.end());
      ys.insert(ys.end(), series.y.begin(), series.y.end());
      smooth_.push_back(smoothed(series.y, chart_.smoothing));
    }
    any_ = value_range(ys, chart_.log_y, y_low_, y_high_) && !xs.empty();
    if (!any_) return;
    for (const std::vector<double>& line : smooth_) {
      double low = 0;
      double high = 0;
      if (chart_.smoothing <= 0 || !value_range(line, chart_.log_y, low, high)) continue;
      y_low_ = std::min(y_low_, low);
      y_high_ = std::max(y_high_, high);
    }
    const auto [first, last] = std::minmax_element(xs.begin(), xs.end());
    x_low_ = *first;
    x_high_ = *last;
  }

  void make_axes(const Box& region, double top) {
    const double plot_top = top + (chart_.y_label.empty() ? 10 : 30);
    const double plot_bottom = region.bottom - (chart_.x_label.empty() ? 36 : 54);
    const int y_ticks = std::max(2, static_cast<int>((plot_bottom - plot_top) / 48));
    y_ = make_axis(y_low_, y_high_, {.ticks = y_ticks, .logarithmic = chart_.log_y, .widen = true});
    double label_width = 0;
    for (const std::string& label : y_.labels) label_width = std::max(label_width, text_width(label, text_size));
    plot_ = {region.left + margin + label_width + 10, plot_top, region.right - margin, plot_bottom};
    require(plot_.width() > 40 && plot_.height() > 40, "A chart of {} x {} pixels has no room for its lines.",
            region.width(), region.height());
    x_ = make_axis(x_low_, x_high_, {.ticks = std::max(2, static_cast<int>(plot_.width() / 110))});
  }

  void grid() {
    cairo_set_line_width(cr_, 1);
    for (std::size_t i = 0; i < y_.ticks.size(); ++i) {
      const double y = page_y(y_.ticks[i]);
      line({plot_.left, y}, {plot_.right, y}, palette_.grid);
      text(y_.labels[i], plot_.left - 10 - text_width(y_.labels[i], text_size), y + 4.5, text_size, palette_.quiet);
    }
    for (std::size_t i = 0; i < x_.ticks.size(); ++i) {
      const double x = page_x(x_.ticks[i]);
      line({x, plot_.bottom}, {x, plot_.bottom + 5}, palette_.axis);
      const double width = text_width(x_.labels[i], text_size);
      text(x_.labels[i], std::min(x - width / 2, plot_.right - width + 8), plot_.bottom + 20, text_size,
           palette_.quiet);
    }
    line({plot_.left, plot_.bottom}, {plot_.right, plot_.bottom}, palette_.axis);
  }

  void draw_series(std::size_t index) {
    const ChartSeries& series = chart_.series[index];
    if (chart_.smoothing > 0) stroke(series.x, series.y, index, 1.0, 0.22);
    stroke(series.x, smooth_[index], index, 1.9, 1.0);
    for (std::size_t i = series.x.size(); i-- > 0;) {  // a dot on the newest value
      const ChartPoint point = on_page(series.x[i], smooth_[index][i]);
      if (std::isnan(point.y)) continue;
      colour(line_colour(index));
      cairo_arc(cr_, point.x, point.y, 3.2, 0, 2 * M_PI);
      cairo_fill(cr_);
      break;
    }
  }

  void stroke(const std::vector<double>& xs, const std::vector<double>& ys, std::size_t index, double width,
              double alpha) {
    std::vector<ChartPoint> points;
    points.reserve(xs.size());
    for (std::size_t i = 0; i < xs.size(); ++i) points.push_back(on_page(xs[i], ys[i]));
    bool pen_down = false;
    cairo_new_path(cr_);
    for (const ChartPoint& point : thinned(points)) {
      const bool gap = std::isnan(point.x) || std::isnan(point.y);
      if (!gap && pen_down) cairo_line_to(cr_, point.x, point.y);
      if (!gap && !pen_down) cairo_move_to(cr_, point.x, point.y);
      pen_down = !gap;
    }
    colour(line_colour(index), alpha);
    cairo_set_line_width(cr_, width);
    cairo_set_line_join(cr_, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr_, CAIRO_LINE_CAP_ROUND);
    cairo_stroke(cr_);
  }

  /// Names and newest values, in rows. Returns where the rows end.
  double legend(double left, double y, double right) {
    double x = left;
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      const std::string& name = chart_.series[i].name;
      const std::string value = newest(smooth_[i]);
      const double width = 22 + text_width(name, text_size) + 7 + text_width(value, text_size, true) + 22;
      if (x > left && x + width > right) {
        x = left;
        y += legend_row;
      }
      cairo_set_line_width(cr_, 3.5);
      cairo_set_line_cap(cr_, CAIRO_LINE_CAP_ROUND);
      colour(line_colour(i));
      cairo_move_to(cr_, x + 2, y - 4);
      cairo_line_to(cr_, x + 14, y - 4);
      cairo_stroke(cr_);
      text(name, x + 22, y, text_size, palette_.text);
      text(value, x + 22 + text_width(name, text_size) + 7, y, text_size, palette_.quiet, true);
      x += width;
    }
    return y + 6;
  }

  void note(const Box& region) {
    std::string words = chart_.smoothing > 0 ? fmt::format("smoothed {:g}", chart_.smoothing) : "";
    if (chart_.log_y) words += words.empty() ? "log scale" : ", log scale";
    text(words, region.right - margin - text_width(words, text_size), region.top + 32, text_size, palette_.quiet);
  }

  static std::string newest(const std::vector<double>& values) {
    const auto last = std::find_if(values.rbegin(), values.rend(), [](double v) { return std::isfinite(v); });
    return last == values.rend() ? "" : fmt::format("{:.4g}", *last);
  }

  [[nodiscard]] double page_x(double x) const { return plot_.left + plot_.width() * x_.position(x); }
  [[nodiscard]] double page_y(double y) const { return plot_.bottom - plot_.height() * y_.position(y); }
  [[nodiscard]] ChartPoint on_page(double x, double y) const {
    const bool finite = std::isfinite(x) && std::isfinite(y);
    // Far outside the page counts as just outside: cairo's coordinates are 24 bits.
    const double place = finite ? page_y(y) : std::numeric_limits<double>::quiet_NaN();
    return {page_x(x), std::clamp(place, plot_.top - 10000, plot_.bottom + 10000)};
  }
  static Colour line_colour(std::size_t index) { return lines[index % lines.size()]; }

  void colour(const Colour& c, double alpha = 1.0) { cairo_set_source_rgba(cr_, c.r, c.g, c.b, alpha); }
  void font(double size, bool bold) {
    cairo_select_font_face(cr_, "Inter", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr_, size);
  }
  double text_width(const std::string& words, double size, bool bold = false) {
    font(size, bold);
    cairo_text_extents_t extents;
    cairo_text_extents(cr_, words.c_str(), &extents);
    return extents.x_advance;
  }
  void text(const std::string& words, double x, double y, double size, const Colour& c, bool bold = false) {
    font(size, bold);
    colour(c);
    cairo_move_to(cr_, x, y);
    cairo_show_text(cr_, words.c_str());
  }
  void line(ChartPoint from, ChartPoint to, const Colour& c) {
    colour(c);
    cairo_set_line_width(cr_, 1);
    cairo_move_to(cr_, std::floor(from.x) + 0.5, std::floor(from.y) + 0.5);
    cairo_line_to(cr_, std::floor(to.x) + 0.5, std::floor(to.y) + 0.5);
    cairo_stroke(cr_);
  }

  cairo_t* cr_;
  const Chart& chart_;
  const Palette& palette_;
  std::vector<std::vector<double>> smooth_;  // one line a series
  bool any_ = false;
  double x_low_ = 0, x_high_ = 1, y_low_ = 0, y_high_ = 1;
  Axis x_, y_;
  Box plot_{};
};

}  // namespace

Image draw_charts(std::span<const Chart> charts, const ChartStyle& style) {
  require(!charts.empty(), "There is no chart to draw.");
  const int height = style.height * static_cast<int>(charts.size());
  const std::unique_ptr<cairo_surface_t, Destroy> surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, style.width, height));
  require(cairo_surface_status(surface.get()) == CAIRO_STATUS_SUCCESS, "A chart cannot have {} x {} pixels.",
          style.width, height);
  const std::unique_ptr<cairo_t, Destroy> context(cairo_create(surface.get()));
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_set_font_options(context.get(), options);
  cairo_font_options_destroy(options);

  const Palette& palette = style.dark ? dark : light;
  cairo_set_source_rgb(context.get(), palette.page.r, palette.page.g, palette.page.b);
  cairo_paint(context.get());
  double top = 0;
  for (const Chart& chart : charts) {
    Painter(context.get(), chart, palette).draw({0, top, static_cast<double>(style.width), top + style.height});
    top += style.height;
  }
  cairo_surface_flush(surface.get());

  Image image(style.width, height, 3);
  const unsigned char* pixels = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < height; ++y) {
    const auto* row = reinterpret_cast<const std::uint32_t*>(pixels + static_cast<std::ptrdiff_t>(y) * stride);
    for (int x = 0; x < style.width; ++x) {
      std::uint8_t* to = image.at(x, y);
      to[0] = static_cast<std::uint8_t>(row[x] >> 16);
      to[1] = static_cast<std::uint8_t>(row[x] >> 8);
      to[2] = static_cast<std::uint8_t>(row[x]);
    }
  }
  return image;
}

}  // namespace ganvas::media
