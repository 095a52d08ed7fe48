// Background, neck, skin, nose and mouth.
#include "data/faces/draw.h"

#include <initializer_list>

namespace ganvas::data::faces {

Face::Face(const FaceFactors& f)
    : factors(f),
      colors(palette_of(f)),
      light(2 * f.light - 1),
      lean((f.tilt - 0.5) * 0.24),
      cheek(62 + 8 * f.face_shape),
      chin(213 - 6 * f.face_shape),
      crown(34 - 9 * f.hair_volume),
      hair_width(76 + 9 * f.hair_volume),
      eye_scale(0.9 + 0.24 * f.eye_size) {}

void draw_background(Pen& pen, const Face& face) {
  const BackgroundColors& color = face.colors.background;
  pen.paint(Paint::linear({0, 0}, {0, 256}).stop(0, color.top).stop(1, color.bottom));
  pen.paint(Paint::radial({-40 + 80 * face.factors.light, 96}, 150)
                .stop(0, color.glow, 0.75)
                .stop(0.55, color.glow, 0.28)
                .stop(1, color.glow, 0));
}

void trace_face(Pen& pen, const Face& face) {
  const double w = face.cheek;
  const double c = face.chin;
  const double jaw = 0.66 + 0.14 * face.factors.face_shape;
  pen.move({-w, 122});
  pen.curve({-w, 148}, {-w * 0.97, 166}, {-w * jaw, c - 24});
  pen.curve({-w * jaw * 0.72, c - 10}, {-14, c}, {0, c});
  pen.curve({14, c}, {w * jaw * 0.72, c - 10}, {w * jaw, c - 24});
  pen.curve({w * 0.97, 166}, {w, 148}, {w, 122});
  pen.curve({w, 44}, {-w, 44}, {-w, 122});
  pen.close();
}

void draw_neck(Pen& pen, const Face& face) {
  const SkinColors& skin = face.colors.skin;
  const auto trace = [&] {
    pen.move({-17, 190})
        .line({-17, 216})
        .curve({-18, 226}, {-40, 230}, {-56, 234})
        .line({-56, 262})
        .line({56, 262})
        .line({56, 234});
    pen.curve({40, 230}, {18, 226}, {17, 216}).line({17, 190}).close();
  };
  trace();
  pen.fill_keep(skin.base).stroke(skin.line, 1.6, 0.55);
  // The shadow of the chin.
  const double shift = -5 * face.light;
  pen.move({-17.5, 190})
      .line({-17.5, 217})
      .curve({-8 + shift, 232}, {8 + shift, 232}, {17.5, 217})
      .line({17.5, 190})
      .close();
  pen.fill(mix(skin.shade, skin.line, 0.14));
}

namespace {

void draw_cheeks(Pen& pen, const Face& face) {
  const SkinColors& skin = face.colors.skin;
  const double strength = 0.12 + 0.62 * face.factors.blush;
  for (const double side : {-1.0, 1.0}) {
    const Point centre{side * 42, 176};
    pen.scoped([&] {
      pen.translate(centre);
      pen.scale(1, 0.62);
      pen.ellipse({0, 0}, 20, 20);
      pen.fill(Paint::radial({0, 0}, 20)
                   .stop(0, skin.blush, strength)
                   .stop(0.45, skin.blush, strength * 0.7)
                   .stop(1, skin.blush, 0));
    });
    if (face.factors.blush > 0.6) {  // hatching of a strong blush
      const double alpha = (face.factors.blush - 0.6) * 1.6;
      for (const double x : {-7.0, 0.0, 7.0}) {
        pen.move({centre.x + x + 2.5, centre.y - 3.5}).line({centre.x + x - 2.5, centre.y + 3.5});
        pen.stroke(skin.lip, 1.7, alpha);
      }
    }
  }
}

void draw_nose(Pen& pen, const Face& face) {
  const SkinColors& skin = face.colors.skin;
  const double side = face.light < 0 ? 1 : -1;
  pen.move({side * 0.5, 170}).bow({side * 2.5, 174.5}, side * 1.0).line({-side * 1.5, 175.5});
  pen.stroke(skin.line, 1.9, 0.6);
  pen.ellipse({-side * 1.6, 169.5}, 1.7, 2.0);
  pen.fill(white, 0.55);
}

void draw_open_mouth(Pen& pen, const Face& face, double half, double depth) {
  const SkinColors& skin = face.colors.skin;
  constexpr double top = 187;
  const auto trace = [&] {
    pen.move({-half, top}).bow({half, top}, -1.5);
    pen.curve({half - 1, top + depth * 1.25}, {-half + 1, top + depth * 1.25}, {-half, top}).close();
  };
  trace();
  pen.fill(mix(skin.lip, hex(0x5a1428), 0.6));
  pen.scoped([&] {
    trace();
    pen.clip();
    pen.ellipse({0, top + depth * 1.02}, half * 0.72, depth * 0.5);
    pen.fill(hex(0xff8f92));
    pen.move({-half, top - 1})
        .line({half, top - 1})
        .line({half * 0.85, top + 3.4})
        .line({-half * 0.85, top + 3.4})
        .close();
    pen.fill(white);
  });
  trace();
  pen.stroke(mix(skin.line, skin.lip, 0.3), 1.9);
}

void draw_mouth(Pen& pen, const Face& face) {
  const SkinColors& skin = face.colors.skin;
  const Color line = mix(skin.line, skin.lip, 0.35);
  switch (face.mouth()) {
    case Mouth::smile:
      pen.move({-12, 187}).curve({-6, 195}, {6, 195}, {12, 187}).stroke(line, 2.6);
      pen.move({-4, 197.5}).bow({4, 197.5}, -1.2).stroke(skin.shade, 2.2);
      break;
    case Mouth::laugh:
      draw_open_mouth(pen, face, 14, 12.5);
      break;
    case Mouth::surprised:
      pen.ellipse({0, 191.5}, 5.6, 6.8).fill_keep(mix(skin.lip, hex(0x5a1428), 0.55)).stroke(line, 1.9);
      pen.ellipse({0, 194.8}, 3.4, 2.6).fill(hex(0xff8f92));
      break;
    case Mouth::cat:
      pen.move({-13, 186.5})
          .curve({-11, 194}, {-2, 194}, {0, 187.5})
          .curve({2, 194}, {11, 194}, {13, 186.5})
          .stroke(line, 2.6);
      break;
    case Mouth::calm:
      pen.move({-9, 190}).bow({9, 190}, -0.8).stroke(line, 2.6);
      pen.move({-4, 196}).bow({4, 196}, -1.0).stroke(skin.shade, 2.2);
      break;
    case Mouth::shy:
      pen.move({-9, 190}).curve({-6, 186}, {-3, 193}, {0, 189.5}).curve({3, 186}, {6, 193}, {9, 189}).stroke(line, 2.5);
      break;
  }
}

}  // namespace

void draw_head(Pen& pen, const Face& face) {
  const SkinColors& skin = face.colors.skin;
  for (const double side : {-1.0, 1.0}) {
    pen.ellipse({side * (face.cheek - 1), 150}, 9, 15)
        .fill_keep(mix(skin.base, skin.shade, 0.45))
        .stroke(skin.line, 1.6, 0.6);
  }
  trace_face(pen, face);
  pen.fill(skin.base);
  pen.scoped([&] {
    trace_face(pen, face);
    pen.clip();
    // Cel shading: the far side of the face, then the fringe's shadow on the forehead.
    const double far_side = -face.light * 22;
    pen.move({-100, 100}).line({100, 100}).line({100, 230}).line({-100, 230}).close();
    pen.fill(Paint::linear({-face.cheek + far_side - 8, 0}, {face.cheek + far_side + 8, 0})
                 .stop(0, skin.shade, 0.9)
                 .stop(0.16, skin.shade, 0)
                 .stop(0.84, skin.shade, 0)
                 .stop(1, skin.shade, 0.9));
    pen.translate({-face.light * 4, 8});
    trace_front_hair(pen, face);
    pen.fill(mix(skin.shade, skin.line, 0.1), 0.85);
  });
  draw_cheeks(pen, face);
  trace_face(pen, face);
  pen.stroke(skin.line, 2.0, 0.75);
  draw_nose(pen, face);
  draw_mouth(pen, face);
}

}  // namespace ganvas::data::faces
