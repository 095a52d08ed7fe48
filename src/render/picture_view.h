#pragma once
// Draws the picture into an area of the surface: zoom, pan, nearest or smooth, border and shadow.

#include <array>

#include "render/quads.h"

namespace ganvas::render {

/// Zoom 1 fits the picture into the area with a margin; pan is a fraction of the area's width.
struct PicturePlacement {
  double zoom = 1;
  double pan_x = 0;
  double pan_y = 0;
};

/// Where the picture lies. Whole pixels at its upper left corner, so that nearest stays crisp.
Rectangle place_picture(const Rectangle& area, PixelSize picture, const PicturePlacement& placement, float margin);

/// The placement after zooming by `factor` about a point that keeps its place on the picture.
PicturePlacement zoom_about(const Rectangle& area, const PicturePlacement& placement, double factor,
                            std::array<float, 2> point);

using Colour = std::array<float, 3>;  // 0..1

struct PictureDrawing {
  PixelSize surface;
  Rectangle area;       ///< is filled wholly
  Rectangle rectangle;  ///< the picture's
  int columns = 1;
  int rows = 1;
  bool smooth = false;
  float unit = 1;  ///< pixels of the border
  Colour background{};
  Colour border{};
  float shadow = 0.5F;
};

/// UI thread.
class PictureView {
 public:
  PictureView();
  /// Draws on the bound surface; sets the texture's filter. Leaves scissor and blending off.
  void draw(const GlTexture& picture, const PictureDrawing& drawing) const;

 private:
  void draw_shadow(const PictureDrawing& drawing) const;

  GlProgram exact_;
  GlProgram shrunk_;
  GlProgram shadow_;
  GlVertexArray vertices_;  // empty: the shader makes the corners
};

}  // namespace ganvas::render
