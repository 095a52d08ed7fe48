#pragma once
// Where each interactive widget of the last frame lies, under a stable name, so that tests can find and click it.

#include <map>
#include <string>

#include "render/picture_view.h"

namespace ganvas::ui {

/// Filled anew each frame. UI thread.
class Inspector {
 public:
  void begin_frame() { widgets_.clear(); }
  /// Names read like "explore.dimension.12"; the rectangle is in ImGui's coordinates.
  void add(const std::string& name, const render::Rectangle& rectangle) { widgets_[name] = rectangle; }
  [[nodiscard]] const std::map<std::string, render::Rectangle>& widgets() const { return widgets_; }
  [[nodiscard]] bool has(const std::string& name) const { return widgets_.contains(name); }

 private:
  std::map<std::string, render::Rectangle> widgets_;
};

}  // namespace ganvas::ui
