#pragma once
// How pictures are shown. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"

namespace ganvas::app::command {

/// A layer's channels instead of the picture.
struct SetLayerView {
  static constexpr const char* command = "set_layer_view";
  LayerView view;
  static constexpr auto fields() { return std::tuple{required("view", &SetLayerView::view)}; }
  void apply(CommandContext& context) const;
};

struct SetGrid {
  static constexpr const char* command = "set_grid";
  int columns = 1;
  int rows = 1;
  static constexpr auto fields() {
    return std::tuple{required("columns", &SetGrid::columns), required("rows", &SetGrid::rows)};
  }
  void apply(CommandContext& context) const;
};

struct SetView {
  static constexpr const char* command = "set_view";
  double zoom = 1;
  double pan_x = 0;
  double pan_y = 0;
  PixelFilter filter = PixelFilter::automatic;
  static constexpr auto fields() {
    return std::tuple{optional("zoom", &SetView::zoom), optional("pan_x", &SetView::pan_x),
                      optional("pan_y", &SetView::pan_y), optional("smooth", &SetView::filter)};
  }
  [[nodiscard]] std::string gesture() const { return "view"; }
  void apply(CommandContext& context) const;
};

using ViewCommands = std::variant<SetLayerView, SetGrid, SetView>;

}  // namespace ganvas::app::command
