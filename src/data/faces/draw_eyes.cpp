// Eyes and brows.
#include "data/faces/draw.h"

#include <initializer_list>

namespace ganvas::data::faces {
namespace {

/// One eye around its own origin, outer corner at positive x.
struct Lids {
  Point inner, outer;
  double top = 0;     ///< y of the control points of the upper lid
  double bottom = 0;  ///< y of the control points of the lower lid
};

Lids lids_of(EyeShape shape) {
  switch (shape) {
    case EyeShape::upturned:
      return {{-20, 6}, {23, -7}, -27, 21};
    case EyeShape::gentle:
      return {{-20, 1}, {22, 8}, -29, 23};
    default:
      return {{-20, 4}, {22, 1}, -31, 26};
  }
}

void trace_opening(Pen& pen, const Lids& lid) {
  pen.move(lid.inner);
  pen.curve({-18, lid.top + lid.inner.y * 0.6}, {12, lid.top + lid.outer.y * 0.6 - 1}, lid.outer);
  pen.curve({19, lid.bottom + lid.outer.y * 0.5}, {-14, lid.bottom + lid.inner.y * 0.3}, lid.inner);
  pen.close();
}

void draw_iris(Pen& pen, const Face& face, double gaze) {
  const EyeColors& eye = face.colors.eye;
  const Point centre{gaze, 0.5};
  constexpr double rx = 15.5;
  constexpr double ry = 20.5;
  pen.ellipse(centre, rx, ry);
  pen.fill_keep(Paint::linear({0, centre.y - ry}, {0, centre.y + ry})
                    .stop(0, eye.dark)
                    .stop(0.3, mix(eye.dark, eye.middle, 0.45))
                    .stop(0.62, eye.middle)
                    .stop(1, eye.bright));
  pen.stroke(eye.dark, 2.2);
  // Light gathers at the bottom of the iris, across from where it enters.
  pen.scoped([&] {
    pen.translate({centre.x - 3 * face.light, centre.y + 11});
    pen.scale(1, 0.72);
    pen.ellipse({0, 0}, 11, 11);
    pen.fill(Paint::radial({0, 0}, 11)
                 .stop(0, mix(eye.bright, white, 0.35), 0.95)
                 .stop(0.5, eye.bright, 0.6)
                 .stop(1, eye.bright, 0));
  });
  pen.ellipse({centre.x, centre.y - 1}, 6.2, 9);
  pen.fill(mix(eye.dark, hex(0x0a0410), 0.45), 0.92);
}

/// `flip` undoes the mirroring of the left eye, so that both eyes catch the same light.
void draw_iris_light(Pen& pen, const Face& face, double gaze, double flip) {
  const double side = face.light * 0.75;
  const Point big{gaze + flip * (6.5 * side), -9.5};
  pen.ellipse(big, 5.6, 6.6);
  pen.fill(white, 0.97);
  if (face.iris_light() == IrisLight::single) return;
  pen.ellipse({gaze - flip * (side < 0 ? -7.0 : 7.0), 8.5}, 3.1, 3.5);
  pen.fill(white, 0.92);
  if (face.iris_light() == IrisLight::paired) return;
  pen.ellipse({gaze + flip * (side < 0 ? -7.5 : 7.5), 6}, 2.0, 2.3);
  pen.ellipse({gaze - flip * (side < 0 ? -8.5 : 8.5), -5}, 2.2, 2.5);
  pen.ellipse({gaze, 15.5}, 4.2, 1.9);
  pen.fill(white, 0.85);
}

void draw_lashes(Pen& pen, const Face& face, const Lids& lid) {
  const Color lash = face.colors.eye.lash;
  const Point in = lid.inner;
  const Point out = lid.outer;
  pen.move({in.x - 1.5, in.y + 1});
  pen.curve({-20, lid.top + in.y * 0.6 - 6}, {14, lid.top + out.y * 0.6 - 8}, {out.x + 2, out.y - 4});
  pen.line({out.x + 6.5, out.y - 6.5})
      .line({out.x + 3.2, out.y - 0.5})
      .line({out.x + 5.5, out.y - 0.3})
      .line({out.x - 0.5, out.y + 3.5});
  pen.curve({13, lid.top + out.y * 0.6 + 5}, {-16, lid.top + in.y * 0.6 + 2.5}, {in.x - 1.5, in.y + 1}).close();
  pen.fill(lash);
  // The fold of the lid and the lower lashes.
  pen.move({in.x + 5, lid.top * 0.75 - 4.5 + in.y * 0.5})
      .curve({-6, lid.top * 0.75 - 9}, {10, lid.top * 0.75 - 8 + out.y * 0.3},
             {out.x - 2, lid.top * 0.55 - 2 + out.y * 0.5});
  pen.stroke(face.colors.skin.line, 1.6, 0.55);
  pen.move({out.x - 1, out.y + 4})
      .curve({16, lid.bottom * 0.74 + out.y * 0.4}, {4, lid.bottom * 0.78}, {-7, lid.bottom * 0.76});
  pen.stroke(mix(lash, face.colors.skin.line, 0.35), 2.0, 0.85);
}

void draw_eye(Pen& pen, const Face& face, double side) {
  const Lids lid = lids_of(face.eye_shape());
  const double gaze = side * (face.factors.gaze - 0.5) * 9 - 1.5;
  pen.scoped([&] {
    pen.translate({side * eye_x, eye_y});
    pen.scale(side * face.eye_scale, face.eye_scale);
    trace_opening(pen, lid);
    pen.fill(Paint::linear({0, -22}, {0, 14}).stop(0, hex(0xb9bdd6)).stop(0.5, hex(0xf6f6fc)).stop(1, white));
    pen.scoped([&] {
      trace_opening(pen, lid);
      pen.clip();
      draw_iris(pen, face, gaze);
      pen.move({-26, -30}).line({28, -30}).line({28, -12}).curve({10, -18}, {-8, -18}, {-26, -8}).close();
      pen.fill(hex(0x1a0c28), 0.3);
    });
    draw_iris_light(pen, face, gaze, side);
    draw_lashes(pen, face, lid);
  });
}

struct BrowShape {
  Point inner, outer;
  double rise = 0;
};

BrowShape brow_of(Brow brow) {
  switch (brow) {
    case Brow::straight:
      return {{15, 111}, {50, 110}, 1.5};
    case Brow::worried:
      return {{17, 105}, {50, 114}, 3};
    case Brow::determined:
      return {{15, 117}, {51, 106}, 3};
    default:
      return {{16, 112}, {51, 111}, 6.5};
  }
}

}  // namespace

void draw_eyes(Pen& pen, const Face& face) {
  draw_eye(pen, face, -1);
  draw_eye(pen, face, 1);
}

void draw_brows(Pen& pen, const Face& face) {
  const BrowShape brow = brow_of(face.brow());
  const Color color = mix(face.colors.hair.shade, face.colors.hair.line, 0.6);
  for (const double side : {-1.0, 1.0}) {
    pen.move({side * brow.inner.x, brow.inner.y - 2.2});
    pen.bow({side * brow.outer.x, brow.outer.y}, side * (brow.rise + 1.6));
    pen.bow({side * brow.inner.x, brow.inner.y + 2.2}, -side * (brow.rise - 1.2));
    pen.close();
    pen.fill(color, 0.9);
  }
}

}  // namespace ganvas::data::faces
