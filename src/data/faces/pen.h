#pragma once
// A thin, safe layer on cairo: paths by chained calls, fills and strokes by colour or gradient.

#include <cairo.h>

#include <memory>

#include "core/image.h"
#include "data/faces/palette.h"

namespace ganvas::data::faces {

struct Point {
  double x = 0, y = 0;
};

/// A gradient.
class Paint {
 public:
  static Paint linear(Point from, Point to);
  static Paint radial(Point centre, double radius);
  Paint& stop(double offset, Color color, double alpha = 1.0);
  [[nodiscard]] cairo_pattern_t* get() const { return pattern_.get(); }

 private:
  struct Free {
    void operator()(cairo_pattern_t* pattern) const { cairo_pattern_destroy(pattern); }
  };
  explicit Paint(cairo_pattern_t* pattern) : pattern_(pattern) {}
  std::unique_ptr<cairo_pattern_t, Free> pattern_;
};

/// Draws on a square picture in design coordinates: x from -128 to 128 with 0 in the middle, y from 0 to 256 downwards,
/// whatever the number of pixels. For one thread.
class Pen {
 public:
  explicit Pen(int size);

  Pen& move(Point to);
  Pen& line(Point to);
  Pen& curve(Point control1, Point control2, Point to);
  /// An arc-like edge from the current point that swells by `bulge` to the left of its direction.
  Pen& bow(Point to, double bulge);
  Pen& close();
  Pen& ellipse(Point centre, double rx, double ry);

  /// These end the path; the `keep` forms leave it for another fill or stroke.
  void fill(Color color, double alpha = 1.0);
  void fill(const Paint& paint);
  void stroke(Color color, double width, double alpha = 1.0);
  Pen& fill_keep(Color color, double alpha = 1.0);
  Pen& fill_keep(const Paint& paint);
  /// Covers the clip.
  void paint(const Paint& paint);

  /// Runs `draw` with the state (clip, transformation) restored afterwards.
  template <typename Draw>
  void scoped(Draw&& draw) {
    cairo_save(context_.get());
    draw();
    cairo_restore(context_.get());
  }
  void clip();
  void translate(Point by);
  void scale(double x, double y);
  void rotate(double radians);

  /// The picture as RGB (channels 3) or as grey by Rec. 601 luma (channels 1).
  [[nodiscard]] Image image(int channels) const;

 private:
  struct Free {
    void operator()(cairo_t* context) const { cairo_destroy(context); }
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  };
  int size_;
  std::unique_ptr<cairo_surface_t, Free> surface_;
  std::unique_ptr<cairo_t, Free> context_;
};

}  // namespace ganvas::data::faces
