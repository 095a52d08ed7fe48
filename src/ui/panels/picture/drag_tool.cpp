#include "ui/panels/picture/drag_tool.h"

#include <algorithm>
#include <cmath>

#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

/// The first picture of the grid on the screen, and its size in its own pixels.
struct Place {
  ImVec2 corner;
  float scale = 1;  // screen pixels a pixel
  int side = 1;

  [[nodiscard]] ImVec2 on_screen(double x, double y) const {
    return {corner.x + (static_cast<float>(x) + 0.5F) * scale, corner.y + (static_cast<float>(y) + 0.5F) * scale};
  }
  [[nodiscard]] double x_of(ImVec2 at) const { return (at.x - corner.x) / scale - 0.5; }
  [[nodiscard]] double y_of(ImVec2 at) const { return (at.y - corner.y) / scale - 0.5; }
  [[nodiscard]] bool holds(ImVec2 at) const {
    const float width = scale * static_cast<float>(side);
    return at.x >= corner.x && at.y >= corner.y && at.x < corner.x + width && at.y < corner.y + width;
  }
};

Place place_of(const UiContext& ui, const render::Rectangle& picture) {
  const int columns = std::max(ui.view.frame ? ui.view.frame->columns : 1, 1);
  const int side = std::max(ui.view.model.resolution, 1);
  return {{picture.x, picture.y}, picture.width / static_cast<float>(columns * side), side};
}

void remove_nearest(std::vector<latent::DragPoint>& points, double x, double y) {
  const auto distance = [&](const latent::DragPoint& p) {
    return std::min(std::hypot(p.x - x, p.y - y), std::hypot(p.goal_x - x, p.goal_y - y));
  };
  const auto nearest = std::min_element(
      points.begin(), points.end(),
      [&](const latent::DragPoint& a, const latent::DragPoint& b) { return distance(a) < distance(b); });
  if (nearest != points.end()) points.erase(nearest);
}

}  // namespace

bool DragTool::steer(const UiContext& ui, const render::Rectangle& picture) {
  DragMarks& marks = ui.state.drag;
  if (!marks.on || !ui.view.frame || ui.view.frame->layer || ui.view.search.busy) {
    pulling_ = false;
    return false;
  }
  const ImGuiIO& io = ImGui::GetIO();
  const Place place = place_of(ui, picture);
  const double last = place.side - 0.5;
  const double x = std::clamp(place.x_of(io.MousePos), -0.5, last), y = std::clamp(place.y_of(io.MousePos), -0.5, last);
  const bool inside = ImGui::IsItemHovered() && place.holds(io.MousePos);
  if (inside && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) remove_nearest(marks.points, x, y);
  if (io.KeyShift && ImGui::IsItemActive() && ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    const double radius = place.side / 16.0;
    if (marks.mask.empty() || std::hypot(marks.mask.back().x - x, marks.mask.back().y - y) > radius / 2)
      marks.mask.push_back({x, y, radius});
    return true;
  }
  if (inside && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    marks.points.push_back({x, y, x, y});
    pulling_ = true;
  }
  if (pulling_ && !marks.points.empty()) {
    marks.points.back().goal_x = x;
    marks.points.back().goal_y = y;
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
      pulling_ = false;
      const latent::DragPoint& point = marks.points.back();
      // A click alone is no pull.
      if (std::hypot(point.goal_x - point.x, point.goal_y - point.y) < 0.5) marks.points.pop_back();
    }
  }
  return !ImGui::IsMouseDown(ImGuiMouseButton_Middle) && !ImGui::IsMouseDown(ImGuiMouseButton_Right);
}

void DragTool::draw(const UiContext& ui, const render::Rectangle& picture) {
  const DragMarks& marks = ui.state.drag;
  const app::SearchView& search = ui.view.search;
  const bool moving = search.busy && search.drag;
  if (!marks.on && !moving) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Place place = place_of(ui, picture);
  const float width = place.scale * static_cast<float>(place.side);
  if (moving && search.picture)
    list->AddImage(live_.of(search.picture), place.corner, {place.corner.x + width, place.corner.y + width});
  for (const latent::MaskDisc& disc : marks.mask)
    list->AddCircleFilled(place.on_screen(disc.x, disc.y), static_cast<float>(disc.radius) * place.scale,
                          faded(ui.palette().accent, 0.18F));
  for (const latent::DragPoint& point : moving ? search.points : marks.points) {
    const ImVec2 from = place.on_screen(point.x, point.y), to = place.on_screen(point.goal_x, point.goal_y);
    list->AddLine(from, to, IM_COL32(255, 255, 255, 220), ui.px(2));
    list->AddCircleFilled(from, ui.px(5), ui.palette().accent);
    list->AddCircle(from, ui.px(5), IM_COL32(16, 18, 23, 255), 0, ui.px(1));
    list->AddCircle(to, ui.px(5), IM_COL32(255, 255, 255, 255), 0, ui.px(2));
  }
}

}  // namespace ganvas::ui
