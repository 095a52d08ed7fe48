#include "ui/panels/picture/pixel_filter.h"

namespace ganvas::ui {

bool blends_pixels(const app::ViewModel& view, const render::Rectangle& shown, render::PixelSize picture) {
  constexpr float kSeen = 4;  // times their size: from there on single pixels are seen
  const app::PixelFilter filter = view.state->view.filter;
  if (filter != app::PixelFilter::automatic) return filter == app::PixelFilter::smooth;
  const bool cells = view.frame && view.frame->layer;  // of a layer, which are to be told apart
  return !cells && shown.width > kSeen * static_cast<float>(picture.width);
}

const char* filter_tip(app::PixelFilter filter) {
  if (filter == app::PixelFilter::automatic) return "Pixels: smooth where they are larger than four times (I)";
  return filter == app::PixelFilter::smooth ? "Pixels: smooth (I)" : "Pixels: exact (I)";
}

}  // namespace ganvas::ui
