#pragma once
// How the pixels of the picture meet where they are shown larger than they are.

#include "app/view_model.h"
#include "render/picture_view.h"

namespace ganvas::ui {

/// Whether they are blended. `shown`: where the picture lies, in pixels of the surface; `picture`: its size.
bool blends_pixels(const app::ViewModel& view, const render::Rectangle& shown, render::PixelSize picture);

/// What the tool says of the filter that is on.
const char* filter_tip(app::PixelFilter filter);

}  // namespace ganvas::ui
