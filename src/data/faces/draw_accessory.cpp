// What a face wears on the head.
#include "data/faces/draw.h"

#include <cmath>
#include <initializer_list>
#include <numbers>

namespace ganvas::data::faces {
namespace {

void draw_cat_ears(Pen& pen, const Face& face) {
  const HairColors& hair = face.colors.hair;
  for (const double side : {-1.0, 1.0}) {
    pen.move({side * 22, face.crown + 14}).curve({side * 34, 22}, {side * 48, 4}, {side * 60, 2});
    pen.curve({side * 72, 14}, {side * 78, 44}, {side * 76, 80}).close();
    pen.fill_keep(Paint::linear({0, 2}, {0, 70}).stop(0, hair.shade).stop(0.4, hair.base).stop(1, hair.base))
        .stroke(hair.line, 2.2, 0.85);
    pen.move({side * 38, face.crown + 10})
        .curve({side * 44, 26}, {side * 52, 14}, {side * 59, 13})
        .curve({side * 65, 24}, {side * 69, 44}, {side * 68, 66})
        .close();
    pen.fill(Paint::linear({0, 12}, {0, 66}).stop(0, hex(0xf79ab0)).stop(1, hex(0xffd2d8)));
  }
}

void draw_headband(Pen& pen, const Face& face) {
  const OutfitColors& color = face.colors.outfit;
  const double w = face.hair_width;
  const double top = face.crown - 5;
  pen.move({-w - 1, 122}).curve({-w - 1, 62}, {-52, top}, {0, top}).curve({52, top}, {w + 1, 62}, {w + 1, 122});
  pen.stroke(color.shade, 11);
  pen.move({-w - 1, 122}).curve({-w - 1, 62}, {-52, top}, {0, top}).curve({52, top}, {w + 1, 62}, {w + 1, 122});
  pen.stroke(mix(color.base, white, 0.2), 6.5);
}

void draw_headphones(Pen& pen, const Face& face) {
  const OutfitColors& color = face.colors.outfit;
  draw_headband(pen, face);
  for (const double side : {-1.0, 1.0}) {
    const double x = side * (face.hair_width - 2);
    pen.ellipse({x, 140}, 15, 25)
        .fill_keep(Paint::linear({0, 115}, {0, 165}).stop(0, mix(color.base, white, 0.25)).stop(1, color.shade));
    pen.stroke(mix(color.shade, hex(0x201020), 0.4), 2.2);
    pen.ellipse({x + side * 2, 140}, 7.5, 14).fill(color.accent);
  }
}

void draw_ribbon(Pen& pen, const Face& face) {
  pen.scoped([&] {
    pen.translate({50, face.crown + 22});
    pen.rotate(0.45);
    pen.scale(1.12, 1.12);
    draw_bow(pen, face.colors.outfit.accent, face.colors.outfit.accent_shade);
  });
}

void draw_hairpin(Pen& pen, const Face& face) {
  const OutfitColors& color = face.colors.outfit;
  // A star on a clip.
  pen.scoped([&] {
    pen.translate({54, 92});
    pen.rotate(0.25);
    pen.move({-16, 8}).line({14, -2});
    pen.stroke(mix(color.accent_shade, hex(0x301020), 0.3), 6.4);
    pen.move({-16, 8}).line({14, -2});
    pen.stroke(color.accent, 3.8);
    for (int i = 0; i < 10; ++i) {
      const double angle = std::numbers::pi * (i / 5.0 - 0.5);
      const double radius = i % 2 == 0 ? 15 : 7.5;
      const Point at{radius * std::cos(angle), radius * std::sin(angle)};
      if (i == 0) {
        pen.move(at);
      } else {
        pen.line(at);
      }
    }
    pen.close();
    pen.fill_keep(mix(color.accent, hex(0xfff2a8), 0.45)).stroke(mix(color.accent_shade, hex(0x301020), 0.25), 2.2);
  });
}

void draw_flower(Pen& pen, const Face& face) {
  const OutfitColors& color = face.colors.outfit;
  pen.scoped([&] {
    pen.translate({56, 80});
    for (const double leaf : {-1.0, 1.0}) {
      pen.move({0, 0})
          .curve({leaf * 14, 8}, {leaf * 18, 18}, {leaf * 16, 28})
          .curve({leaf * 4, 26}, {0, 14}, {0, 0})
          .close();
      pen.fill_keep(hex(0x6fb884)).stroke(hex(0x37735c), 1.8);
    }
    for (int i = 0; i < 5; ++i) {
      pen.scoped([&] {
        pen.rotate(2 * std::numbers::pi * i / 5);
        pen.move({0, 0}).curve({-15, -8}, {-11, -24}, {0, -21}).curve({11, -24}, {15, -8}, {0, 0}).close();
        pen.fill_keep(
            Paint::radial({0, 0}, 22).stop(0, mix(color.accent, white, 0.35)).stop(1, mix(color.accent, white, 0.72)));
        pen.stroke(color.accent_shade, 1.8);
      });
    }
    pen.ellipse({0, 0}, 6, 6).fill_keep(hex(0xffd35c)).stroke(hex(0xc98a2e), 1.6);
  });
}

void draw_glasses(Pen& pen, const Face& face) {
  const Color frame = mix(face.colors.outfit.shade, hex(0x281428), 0.45);
  for (const double side : {-1.0, 1.0}) {
    pen.ellipse({side * (eye_x + 0.5), eye_y + 2}, 28, 26.5).fill_keep(white, 0.1).stroke(frame, 3.6);
    pen.move({side * (eye_x + 28), eye_y - 3}).line({side * (face.cheek + 5), eye_y - 7}).stroke(frame, 3.2);
    pen.move({side * eye_x - 16, eye_y + 12}).line({side * eye_x - 2, eye_y + 23}).stroke(white, 2.6, 0.55);
  }
  pen.move({-7, eye_y}).bow({7, eye_y}, 3).stroke(frame, 3.4);
}

void draw_beret(Pen& pen, const Face& face) {
  const OutfitColors& color = face.colors.outfit;
  const double w = face.hair_width;
  pen.move({10, 18}).curve({10, 10}, {18, 6}, {21, 8}).line({22, 22}).close();
  pen.fill(color.shade);
  pen.move({-w + 4, 84}).curve({-w - 12, 46}, {-40, 12}, {18, 16}).curve({70, 18}, {w + 22, 44}, {w + 4, 78});
  pen.curve({w - 6, 88}, {w - 30, 70}, {0, 66}).curve({-w + 40, 66}, {-w + 14, 90}, {-w + 4, 84}).close();
  pen.fill_keep(Paint::linear({0, 14}, {0, 88})
                    .stop(0, mix(color.base, white, 0.18))
                    .stop(0.55, color.base)
                    .stop(1, color.shade));
  pen.stroke(mix(color.shade, hex(0x201020), 0.35), 2.2);
  pen.move({-w + 12, 78}).curve({-w + 34, 64}, {-20, 60}, {0, 60}).curve({w - 34, 62}, {w - 16, 74}, {w - 2, 74});
  pen.stroke(color.shade, 2.4, 0.7);
}

}  // namespace

void draw_rear_accessory(Pen& pen, const Face& face) {
  if (face.accessory() == Accessory::cat_ears) draw_cat_ears(pen, face);
}

void draw_front_accessory(Pen& pen, const Face& face) {
  switch (face.accessory()) {
    case Accessory::ribbon:
      draw_ribbon(pen, face);
      break;
    case Accessory::hairpin:
      draw_hairpin(pen, face);
      break;
    case Accessory::flower:
      draw_flower(pen, face);
      break;
    case Accessory::glasses:
      draw_glasses(pen, face);
      break;
    case Accessory::headphones:
      draw_headphones(pen, face);
      break;
    case Accessory::beret:
      draw_beret(pen, face);
      break;
    default:
      break;
  }
}

}  // namespace ganvas::data::faces
