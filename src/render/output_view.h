#pragma once
// Draws a picture into a surface of another shape, as a Framing says.

#include <functional>
#include <optional>

#include "core/pictures/framing.h"
#include "render/picture_view.h"

namespace ganvas::render {

struct OutputDrawing {
  PixelSize size;  ///< of the picture
  int columns = 1;
  int rows = 1;
  Framing framing;
  bool smooth = false;  ///< blends pixels that are shown larger than they are
  bool operator==(const OutputDrawing&) const = default;
};

/// Belongs to the context that is current when it is made.
class OutputView {
 public:
  OutputView();
  /// Fills a surface, which `bind` binds.
  void draw(const GlTexture& picture, const OutputDrawing& drawing, PixelSize surface,
            const std::function<void()>& bind);

 private:
  void make_blurred(const GlTexture& picture, const OutputDrawing& drawing, PixelSize surface);

  PictureView view_;
  GlProgram average_;
  GlProgram enlarge_;
  GlVertexArray vertices_;
  std::optional<RenderTarget> small_;
};

}  // namespace ganvas::render
