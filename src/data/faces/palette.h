#pragma once
// The colours of the built-in faces. Shades lean to violet and lights to yellow, as painters do.

#include <cstdint>

#include "data/faces/factors.h"

namespace ganvas::data::faces {

/// Each part in [0, 1].
struct Color {
  double r = 0, g = 0, b = 0;
};

constexpr Color hex(std::uint32_t rgb) {
  return {((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0};
}

constexpr Color mix(Color a, Color b, double t) {
  return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

constexpr Color white{1, 1, 1};

struct HairColors {
  Color base, shade, light, line, tip;
};
struct EyeColors {
  Color dark, middle, bright, lash;
};
struct SkinColors {
  Color base, shade, line, blush, lip;
};
struct OutfitColors {
  Color base, shade, light, accent, accent_shade;
};
struct BackgroundColors {
  Color top, bottom, glow;
};

struct Palette {
  HairColors hair;
  EyeColors eye;
  SkinColors skin;
  OutfitColors outfit;
  BackgroundColors background;
};

Palette palette_of(const FaceFactors& face);

}  // namespace ganvas::data::faces
