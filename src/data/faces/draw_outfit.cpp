// Shoulders and clothing.
#include "data/faces/draw.h"

#include <initializer_list>

namespace ganvas::data::faces {
namespace {

void draw_shoulders(Pen& pen, Color base, Color shade, double neckline) {
  pen.move({-22, neckline - 14})
      .curve({-40, 226}, {-78, 228}, {-94, 262})
      .line({94, 262})
      .curve({78, 228}, {40, 226}, {22, neckline - 14});
  pen.line({0, neckline + 12}).close();
  pen.fill_keep(Paint::linear({0, 218}, {0, 262}).stop(0, base).stop(1, mix(base, shade, 0.55))).stroke(shade, 2.0);
}

void draw_sailor(Pen& pen, const OutfitColors& color) {
  draw_shoulders(pen, color.light, mix(color.light, color.shade, 0.45), 236);
  for (const double side : {-1.0, 1.0}) {
    pen.move({side * 20, 218})
        .line({side * 58, 232})
        .line({side * 50, 262})
        .line({side * 4, 262})
        .line({0, 250})
        .close();
    pen.fill_keep(color.base).stroke(color.shade, 2.0);
    pen.move({side * 27, 226}).line({side * 8, 254}).stroke(color.light, 2.4);
  }
  pen.scoped([&] {
    pen.translate({0, 252});
    pen.scale(0.62, 0.62);
    draw_bow(pen, color.accent, color.accent_shade);
  });
}

void draw_hoodie(Pen& pen, const OutfitColors& color) {
  draw_shoulders(pen, color.base, color.shade, 240);
  for (const double side : {-1.0, 1.0}) {
    pen.move({side * 16, 210}).curve({side * 40, 212}, {side * 60, 226}, {side * 50, 240});
    pen.curve({side * 34, 252}, {side * 12, 254}, {0, 252})
        .line({0, 240})
        .curve({side * 10, 240}, {side * 18, 230}, {side * 16, 210})
        .close();
    pen.fill_keep(mix(color.base, white, 0.14)).stroke(color.shade, 2.0);
    pen.move({side * 13, 248}).line({side * 15, 262}).stroke(color.light, 3.4);
  }
}

void draw_blazer(Pen& pen, const OutfitColors& color) {
  draw_shoulders(pen, color.base, color.shade, 230);
  pen.move({-20, 216}).line({20, 216}).line({14, 262}).line({-14, 262}).close();
  pen.fill(white);
  pen.move({-5, 238}).line({5, 238}).line({8, 262}).line({-8, 262}).close();
  pen.fill(color.accent);
  for (const double side : {-1.0, 1.0}) {
    pen.move({side * 18, 214}).line({side * 27, 222}).line({side * 14, 246}).line({0, 236}).close();
    pen.fill_keep(white).stroke(mix(color.shade, white, 0.4), 1.8);
    pen.move({side * 27, 220})
        .line({side * 46, 232})
        .line({side * 34, 248})
        .line({side * 14, 262})
        .line({side * 13, 248})
        .close();
    pen.fill_keep(mix(color.base, white, 0.1)).stroke(color.shade, 2.0);
  }
  pen.move({-6, 235}).line({6, 235}).line({4, 243}).line({-4, 243}).close();
  pen.fill(color.accent_shade);
}

void draw_turtleneck(Pen& pen, const OutfitColors& color) {
  draw_shoulders(pen, color.base, color.shade, 236);
  pen.move({-22, 214}).curve({-12, 221}, {12, 221}, {22, 214}).curve({27, 226}, {28, 236}, {31, 242});
  pen.curve({14, 252}, {-14, 252}, {-31, 242}).curve({-28, 236}, {-27, 226}, {-22, 214}).close();
  pen.fill_keep(Paint::linear({0, 214}, {0, 250})
                    .stop(0, mix(color.base, color.shade, 0.35))
                    .stop(0.5, color.base)
                    .stop(1, mix(color.base, white, 0.12)));
  pen.stroke(color.shade, 2.0);
  for (const double x : {-14.0, -5.0, 5.0, 14.0}) pen.move({x, 222}).line({x * 1.15, 244});
  pen.stroke(color.shade, 1.6, 0.6);
}

}  // namespace

void draw_bow(Pen& pen, Color color, Color shade) {
  for (const double side : {-1.0, 1.0}) {
    pen.move({side * 3, 4})
        .curve({side * 10, 14}, {side * 18, 20}, {side * 19, 26})
        .line({side * 9, 24})
        .line({0, 6})
        .close();
    pen.fill_keep(mix(color, shade, 0.5)).stroke(mix(shade, hex(0x301020), 0.25), 2.0);
  }
  for (const double side : {-1.0, 1.0}) {
    pen.move({0, 0})
        .curve({side * 10, -18}, {side * 26, -20}, {side * 30, -14})
        .curve({side * 33, -4}, {side * 32, 6}, {side * 28, 13});
    pen.curve({side * 20, 16}, {side * 8, 10}, {0, 0}).close();
    pen.fill_keep(Paint::linear({0, -18}, {0, 16}).stop(0, mix(color, white, 0.22)).stop(0.6, color).stop(1, shade))
        .stroke(mix(shade, hex(0x301020), 0.25), 2.2);
    pen.move({side * 6, 0}).bow({side * 21, -3}, side * 2).stroke(shade, 2.0);
  }
  pen.ellipse({0, 0}, 6.5, 7.5).fill_keep(mix(color, white, 0.12)).stroke(mix(shade, hex(0x301020), 0.25), 2.0);
}

void draw_outfit(Pen& pen, const Face& face) {
  const OutfitColors& color = face.colors.outfit;
  switch (face.outfit()) {
    case Outfit::sailor:
      draw_sailor(pen, color);
      break;
    case Outfit::hoodie:
      draw_hoodie(pen, color);
      break;
    case Outfit::blazer:
      draw_blazer(pen, color);
      break;
    case Outfit::turtleneck:
      draw_turtleneck(pen, color);
      break;
  }
}

}  // namespace ganvas::data::faces
