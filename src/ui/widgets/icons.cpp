#include "ui/widgets/icons.h"

#include <algorithm>
#include <initializer_list>
#include <numbers>

namespace ganvas::ui {
namespace {

/// A pen on a canvas of -8..8 units.
struct Pen {
  ImDrawList* list;
  ImVec2 centre;
  float unit;  // pixels of one unit
  ImU32 colour;

  [[nodiscard]] float width() const { return std::max(1.0F, 1.5F * unit); }
  [[nodiscard]] ImVec2 at(float x, float y) const { return {centre.x + x * unit, centre.y + y * unit}; }
  void path(std::initializer_list<ImVec2> points, bool closed = false) const {
    for (const ImVec2& p : points) list->PathLineTo(at(p.x, p.y));
    list->PathStroke(colour, closed ? ImDrawFlags_Closed : 0, width());
  }
  void fill(std::initializer_list<ImVec2> points) const {
    for (const ImVec2& p : points) list->PathLineTo(at(p.x, p.y));
    list->PathFillConvex(colour);
  }
  void box(float x0, float y0, float x1, float y1, float rounding = 1.2F) const {
    list->AddRect(at(x0, y0), at(x1, y1), colour, rounding * unit, 0, width());
  }
  void full_box(float x0, float y0, float x1, float y1, float rounding = 1.0F) const {
    list->AddRectFilled(at(x0, y0), at(x1, y1), colour, rounding * unit);
  }
  void dot(float x, float y, float radius) const { list->AddCircleFilled(at(x, y), radius * unit, colour); }
  void ring(float x, float y, float radius) const { list->AddCircle(at(x, y), radius * unit, colour, 0, width()); }
  void arc(float x, float y, float radius, float from_turns, float to_turns) const {
    const float turn = 2 * std::numbers::pi_v<float>;
    list->PathArcTo(at(x, y), radius * unit, from_turns * turn, to_turns * turn);
    list->PathStroke(colour, 0, width());
  }
};

void draw_transport(const Pen& p, Icon icon) {
  switch (icon) {
    case Icon::play:
      p.fill({{-3.5F, -5.5F}, {5.5F, 0}, {-3.5F, 5.5F}});
      break;
    case Icon::pause:
      p.full_box(-4.5F, -5, -1.5F, 5);
      p.full_box(1.5F, -5, 4.5F, 5);
      break;
    case Icon::stop:
      p.full_box(-4.5F, -4.5F, 4.5F, 4.5F, 1.2F);
      break;
    case Icon::record:
      p.dot(0, 0, 5);
      break;
    case Icon::undo:
    case Icon::redo: {
      const float s = icon == Icon::undo ? 1.0F : -1.0F;
      p.path({{-1.5F * s, -6}, {-5 * s, -2.5F}, {-1.5F * s, 1}});
      p.path({{-5 * s, -2.5F},
              {2 * s, -2.5F},
              {4.6F * s, -1.2F},
              {5.2F * s, 1.4F},
              {4 * s, 3.8F},
              {1.5F * s, 4.8F},
              {-1.5F * s, 4.8F}});
      break;
    }
    case Icon::reset:
      p.arc(0, 0.4F, 5, -0.12F, 0.62F);
      p.path({{-6.6F, -5.2F}, {-4.4F, -2.4F}, {-1.2F, -4}});
      break;
    default:
      break;
  }
}

void draw_object(const Pen& p, Icon icon) {
  switch (icon) {
    case Icon::lock:
    case Icon::unlock:
      p.full_box(-4.5F, -0.5F, 4.5F, 6, 1.2F);
      if (icon == Icon::lock) {
        p.path({{-2.8F, -0.5F}, {-2.8F, -3.2F}, {-1.6F, -5.4F}, {1.6F, -5.4F}, {2.8F, -3.2F}, {2.8F, -0.5F}});
      } else {
        p.path({{-2.8F, -0.5F}, {-2.8F, -3.9F}, {-1.6F, -6}, {1.6F, -6}, {2.8F, -4.2F}});
      }
      break;
    case Icon::dice:
      p.box(-5.5F, -5.5F, 5.5F, 5.5F, 1.8F);
      for (const ImVec2 d :
           {ImVec2(-2.6F, -2.6F), ImVec2(2.6F, 2.6F), ImVec2(0, 0), ImVec2(2.6F, -2.6F), ImVec2(-2.6F, 2.6F)})
        p.dot(d.x, d.y, 1);
      break;
    case Icon::copy:
      p.box(-2, -5.5F, 5.5F, 2);
      p.path({{-2.5F, -2}, {-5.5F, -2}, {-5.5F, 5.5F}, {2, 5.5F}, {2, 2.5F}});
      break;
    case Icon::paste:
      p.box(-4.5F, -4.5F, 4.5F, 6);
      p.full_box(-2.2F, -6.2F, 2.2F, -3.2F, 0.8F);
      p.path({{-2, 0}, {2, 0}});
      p.path({{-2, 3}, {2, 3}});
      break;
    case Icon::save:
      p.path({{-5.5F, -5.5F}, {3, -5.5F}, {5.5F, -3}, {5.5F, 5.5F}, {-5.5F, 5.5F}}, true);
      p.path({{-2.5F, -5.5F}, {-2.5F, -2}, {2, -2}, {2, -5.5F}});
      p.path({{-3, 5.5F}, {-3, 1.5F}, {3, 1.5F}, {3, 5.5F}});
      break;
    case Icon::folder:
      p.path({{-6, -4.5F}, {-2, -4.5F}, {-0.5F, -2.5F}, {6, -2.5F}, {6, 5}, {-6, 5}}, true);
      break;
    case Icon::run:
      p.path({{-6, -4.5F}, {-2, -4.5F}, {-0.5F, -2.5F}, {6, -2.5F}, {6, 5}, {-6, 5}}, true);
      p.path({{-4, 3}, {-1.5F, 0}, {1, 2}, {4, -0.5F}});
      break;
    case Icon::clock:
      p.ring(0, 0, 5.8F);
      p.path({{0, -3.2F}, {0, 0.4F}, {2.6F, 1.8F}});
      break;
    case Icon::camera:
      p.path({{-6, -3.5F}, {-3, -3.5F}, {-1.8F, -5.5F}, {1.8F, -5.5F}, {3, -3.5F}, {6, -3.5F}, {6, 5}, {-6, 5}}, true);
      p.ring(0, 0.6F, 2.5F);
      break;
    case Icon::window:
      p.box(-6, -5, 6, 5);
      p.path({{-6, -2}, {6, -2}});
      break;
    case Icon::keyboard:
      p.box(-7, -4, 7, 4.5F);
      for (float x = -4.5F; x <= 4.6F; x += 3) p.dot(x, -1.2F, 0.7F);
      p.path({{-3, 1.8F}, {3, 1.8F}});
      break;
    default:
      break;
  }
}

void draw_sign(const Pen& p, Icon icon) {
  switch (icon) {
    case Icon::grid:
      for (const ImVec2 d : {ImVec2(-5.5F, -5.5F), ImVec2(1, -5.5F), ImVec2(-5.5F, 1), ImVec2(1, 1)})
        p.box(d.x, d.y, d.x + 4.5F, d.y + 4.5F, 0.8F);
      break;
    case Icon::smooth:
      p.path({{-6, 3.5F}, {-4, 3}, {-1.5F, -3}, {0.5F, -4.2F}, {2.5F, -3}, {4, 2}, {6, 3.5F}});
      break;
    case Icon::fit:
    case Icon::full_screen: {
      const float r = icon == Icon::fit ? 4.2F : 5.8F;
      for (const ImVec2 s : {ImVec2(-1, -1), ImVec2(1, -1), ImVec2(1, 1), ImVec2(-1, 1)}) {
        p.path({{s.x * (r - 3), s.y * r}, {s.x * r, s.y * r}, {s.x * r, s.y * (r - 3)}});
      }
      if (icon == Icon::fit) p.dot(0, 0, 1);
      break;
    }
    case Icon::search:
      p.ring(-1, -1, 4.2F);
      p.path({{2.2F, 2.2F}, {6, 6}});
      break;
    case Icon::close:
      p.path({{-4, -4}, {4, 4}});
      p.path({{-4, 4}, {4, -4}});
      break;
    case Icon::check:
      p.path({{-5, 0.5F}, {-1.5F, 4}, {5, -4}});
      break;
    case Icon::warning:
      p.path({{0, -5.8F}, {6.2F, 5}, {-6.2F, 5}}, true);
      p.path({{0, -2}, {0, 1.6F}});
      p.dot(0, 3.4F, 0.8F);
      break;
    case Icon::panel:
      p.box(-6, -5, 6, 5);
      p.path({{1.5F, -5}, {1.5F, 5}});
      break;
    case Icon::swap:
      p.path({{-5.5F, -2.5F}, {5, -2.5F}});
      p.path({{2.2F, -5.3F}, {5.2F, -2.5F}, {2.2F, 0.3F}});
      p.path({{5.5F, 3}, {-5, 3}});
      p.path({{-2.2F, 0.3F}, {-5.2F, 3}, {-2.2F, 5.8F}});
      break;
    case Icon::film:
      p.path({{-6, -5}, {6, -5}, {6, 5}, {-6, 5}, {-6, -5}});
      p.path({{-3, -5}, {-3, 5}});
      p.path({{3, -5}, {3, 5}});
      p.path({{-3, 0}, {3, 0}});
      break;
    default:
      break;
  }
}

}  // namespace

void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour) {
  const Pen pen{list, centre, size / 16, colour};
  draw_transport(pen, icon);
  draw_object(pen, icon);
  draw_sign(pen, icon);
}

}  // namespace ganvas::ui
