#include "core/pictures/framing.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace ganvas {

namespace {

constexpr double least = 0.01;  // of a side
constexpr double rounding = 1e-9;

void check_side(double begin, double length, const char* side) {
  require(std::isfinite(begin) && std::isfinite(length) && begin >= 0 && length >= least - rounding &&
              begin + length <= 1 + rounding,
          "What is shown of the picture's {} is {} from {} on, but it must be at least {} and end at 1.", side, length,
          begin, least);
}

}  // namespace

void check_framing(const Framing& framing) {
  check_side(framing.x, framing.width, "width");
  check_side(framing.y, framing.height, "height");
}

PixelPlace place_inside(double width, double height, int room_width, int room_height) {
  const double scale = std::min(room_width / width, room_height / height);
  PixelPlace place;
  place.width = std::clamp(static_cast<int>(std::lround(width * scale)), 1, room_width);
  place.height = std::clamp(static_cast<int>(std::lround(height * scale)), 1, room_height);
  place.x = (room_width - place.width) / 2;
  place.y = (room_height - place.height) / 2;
  return place;
}

Framed framed(const Framing& framing, int picture_width, int picture_height, int surface_width, int surface_height) {
  PicturePart part{framing.x, framing.y, framing.width, framing.height};
  const double width = part.width * picture_width;
  const double height = part.height * picture_height;
  if (framing.fit == Framing::Fit::inside) {
    return {.part = part, .place = place_inside(width, height, surface_width, surface_height)};
  }
  const double scale = std::max(surface_width / width, surface_height / height);
  const double seen_width = part.width * std::min(1.0, surface_width / (width * scale));
  const double seen_height = part.height * std::min(1.0, surface_height / (height * scale));
  part.x += (part.width - seen_width) / 2;
  part.y += (part.height - seen_height) / 2;
  part.width = seen_width;
  part.height = seen_height;
  return {.part = part, .place = {0, 0, surface_width, surface_height}};
}

}  // namespace ganvas
