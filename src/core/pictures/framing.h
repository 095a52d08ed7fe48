#pragma once
// How a picture fills a surface of another shape: a screen, a film, a stream.

#include <array>
#include <utility>

#include "core/json_fields.h"

namespace ganvas {

/// What is shown of a picture, and how it lies on the surface.
struct Framing {
  enum class Fit {
    inside,  ///< all of it, with borders beside it
    cover,   ///< as much of its middle as has the surface's shape
  };
  enum class Border {
    black,
    blurred,  ///< the picture itself, enlarged and out of focus
  };
  /// A blurred border is the picture in this many cells along its longer side.
  static constexpr int blurred_cells = 24;
  double x = 0;  ///< left edge of what is shown, 0..1 of the picture's width
  double y = 0;  ///< upper edge, 0..1 of its height
  double width = 1;
  double height = 1;
  Fit fit = Fit::inside;
  Border border = Border::black;
  bool operator==(const Framing&) const = default;
};

/// Throws Error when what is shown is less than a hundredth of the picture or reaches out of it.
void check_framing(const Framing& framing);

/// A part of a picture, 0..1 of its width and height from the upper left corner.
struct PicturePart {
  double x = 0;
  double y = 0;
  double width = 1;
  double height = 1;
};

/// A rectangle of whole pixels from the upper left corner.
struct PixelPlace {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const PixelPlace&) const = default;
};

/// The largest rectangle with the shape of width x height inside room_width x room_height, centred.
PixelPlace place_inside(double width, double height, int room_width, int room_height);

/// Which part of the picture lies where on the surface.
struct Framed {
  PicturePart part;
  PixelPlace place;
};

/// All sizes are pixels, at least 1.
Framed framed(const Framing& framing, int picture_width, int picture_height, int surface_width, int surface_height);

}  // namespace ganvas

namespace ganvas::fields {

template <>
inline constexpr std::array names<Framing::Fit>{std::pair{Framing::Fit::inside, "inside"},
                                                std::pair{Framing::Fit::cover, "cover"}};
template <>
inline constexpr std::array names<Framing::Border>{std::pair{Framing::Border::black, "black"},
                                                   std::pair{Framing::Border::blurred, "blurred"}};
template <>
inline constexpr auto table<Framing> = std::tuple{
    optional("x", &Framing::x),           optional("y", &Framing::y),     optional("width", &Framing::width),
    optional("height", &Framing::height), optional("fit", &Framing::fit), optional("border", &Framing::border)};

}  // namespace ganvas::fields
