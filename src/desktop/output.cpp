#include "desktop/output.h"

#include <fmt/format.h>

#include <utility>

#include "core/error.h"
#include "ui/panels/picture/pixel_filter.h"

namespace ganvas::desktop {

namespace {

constexpr render::PixelSize window_size_at_first{640, 640};  // of the window, screen coordinates

}  // namespace

void Output::follow(app::App& app, render::Window* window) {
  const app::OutputView& wanted = app.view().output;
  if (window_ && (!wanted.window || wanted.monitor != monitor_)) window_ = nullptr;
  if (!wanted.window || window_) return;
  try {
    require(window != nullptr, "Without a window there is no second one; start the explorer on a display.");
    window_ = std::make_unique<render::OutputWindow>(*window, wanted.monitor - 1, window_size_at_first);
    monitor_ = wanted.monitor;
  } catch (const Error& error) {
    app.tell(true, error.what());
    app.send(app::command::HideOutput{});
  }
}

void Output::tick(app::App& app, render::Window* window, const render::PictureTexture& picture, bool changed) {
  if (window_ && window_->take_close_request()) app.send(app::command::HideOutput{});
  const bool was_open = window_ != nullptr;
  follow(app, window);
  if (!window_ || !picture.texture()) return;
  const app::ViewModel& view = app.view();
  render::OutputDrawing drawing{.size = picture.size(),
                                .columns = view.frame ? view.frame->columns : 1,
                                .rows = view.frame ? view.frame->rows : 1,
                                .framing = view.settings->framing};
  const render::PixelSize surface = window_->framebuffer();
  if (surface.empty()) return;
  const Framed shown = framed(drawing.framing, drawing.size.width, drawing.size.height, surface.width, surface.height);
  const auto whole = static_cast<float>(shown.place.width / shown.part.width);  // pixels that all of it would take
  drawing.smooth = ui::blends_pixels(view, {0, 0, whole, whole}, drawing.size);
  if (was_open && !changed && !std::exchange(stale_, false) && drawing == drawn_) return;
  drawn_ = drawing;
  window_->draw(picture.texture(), drawing);
}

std::vector<render::KeyPress> Output::take_keys() {
  return window_ ? window_->take_keys() : std::vector<render::KeyPress>{};
}

bool Output::take_stale() {
  if (!window_ || !window_->take_stale()) return false;
  stale_ = true;
  return true;
}

const std::vector<std::string>& Output::monitors(render::Window* window) {
  if (window == nullptr || !window->take_monitors_changed()) return monitors_;
  monitors_.clear();
  for (const render::Monitor& monitor : render::monitors())
    monitors_.push_back(fmt::format("{}, {} x {}", monitor.name, monitor.size.width, monitor.size.height));
  return monitors_;
}

}  // namespace ganvas::desktop
