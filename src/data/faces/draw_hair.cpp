// Hair behind and in front of the face.
#include "data/faces/draw.h"

#include <array>
#include <initializer_list>
#include <span>

namespace ganvas::data::faces {
namespace {

Paint back_paint(const Face& face) {
  const HairColors& hair = face.colors.hair;
  Paint paint = Paint::linear({0, 90}, {0, 250});
  paint.stop(0, hair.shade).stop(0.55, mix(hair.shade, hair.base, 0.3)).stop(1, mix(hair.base, hair.tip, 0.6));
  return paint;
}

void finish_back(Pen& pen, const Face& face) {
  pen.fill_keep(back_paint(face)).stroke(face.colors.hair.line, 2.0, 0.8);
}

/// The right half of a back silhouette, from the crown to the middle of its lower edge.
struct BackEdge {
  Point side;   ///< where it is widest
  Point end;    ///< its lower corner
  double curl;  ///< outward swell of the lower half
  double hem;   ///< y of the middle of the lower edge
};

void draw_back_shape(Pen& pen, const Face& face, const BackEdge& edge) {
  pen.move({0, face.crown + 4});
  pen.curve({60, face.crown + 4}, {edge.side.x, 70}, edge.side).bow(edge.end, edge.curl);
  pen.curve({edge.end.x * 0.6, edge.hem + 4}, {20, edge.hem}, {0, edge.hem})
      .curve({-20, edge.hem}, {-edge.end.x * 0.6, edge.hem + 4}, {-edge.end.x, edge.end.y});
  pen.bow({-edge.side.x, edge.side.y}, edge.curl).curve({-edge.side.x, 70}, {-60, face.crown + 4}, {0, face.crown + 4});
  pen.close();
  finish_back(pen, face);
}

void draw_wavy_back(Pen& pen, const Face& face) {
  const double w = face.hair_width;
  for (const double side : {-1.0, 1.0}) {
    pen.move({0, face.crown + 4}).curve({side * 60, face.crown + 4}, {side * w, 70}, {side * w, 128});
    pen.bow({side * (w + 6), 168}, side * -5)
        .bow({side * (w + 10), 208}, side * 9)
        .bow({side * (w + 12), 240}, side * -5)
        .line({side * (w + 6), 262});
    pen.line({0, 262}).close();
    pen.fill(back_paint(face));
    pen.move({side * w, 128})
        .bow({side * (w + 6), 168}, side * -5)
        .bow({side * (w + 10), 208}, side * 9)
        .bow({side * (w + 12), 240}, side * -5)
        .line({side * (w + 6), 262});
    pen.stroke(face.colors.hair.line, 2.0, 0.8);
  }
}

void draw_twin_tails(Pen& pen, const Face& face) {
  const HairColors& hair = face.colors.hair;
  const double w = face.hair_width;
  for (const double side : {-1.0, 1.0}) {
    pen.move({side * (w - 16), 74});
    pen.curve({side * (w + 22), 58}, {side * (w + 44), 110}, {side * (w + 36), 160});
    pen.curve({side * (w + 34), 190}, {side * (w + 40), 210}, {side * (w + 30), 236});
    pen.curve({side * (w + 18), 222}, {side * (w + 8), 204}, {side * (w + 6), 178});
    pen.curve({side * (w + 2), 150}, {side * (w - 2), 120}, {side * (w - 18), 98}).close();
    pen.fill_keep(Paint::linear({0, 70}, {0, 236}).stop(0, hair.shade).stop(0.3, hair.base).stop(1, hair.tip))
        .stroke(hair.line, 2.0, 0.8);
    pen.move({side * (w + 2), 84}).curve({side * (w + 24), 110}, {side * (w + 18), 170}, {side * (w + 26), 216});
    pen.stroke(hair.shade, 2.0, 0.7);
  }
}

void draw_buns(Pen& pen, const Face& face) {
  const HairColors& hair = face.colors.hair;
  for (const double side : {-1.0, 1.0}) {
    const Point centre{side * 60, face.crown + 17};
    pen.ellipse(centre, 27, 26);
    pen.fill_keep(Paint::radial({centre.x + 8 * face.light, centre.y - 8}, 34)
                      .stop(0, mix(hair.base, hair.light, 0.35))
                      .stop(0.45, hair.base)
                      .stop(1, hair.shade));
    pen.stroke(hair.line, 2.0, 0.8);
    pen.move({centre.x - 12, centre.y - 12})
        .curve({centre.x + 12, centre.y - 20}, {centre.x + 18, centre.y + 6}, {centre.x, centre.y + 8});
    pen.stroke(hair.shade, 2.0, 0.8);
  }
}

/// A point of the fringe's lower edge; the edge that leads to it swells by `bulge`.
struct Tip {
  double x, y, bulge;
  double reach;  ///< how much of the factor "fringe length" it follows
};

// From the right temple to the left one.
constexpr std::array straight_edge{Tip{44, 112, 3, 0.3},  Tip{40, 119, 0, 1},   Tip{24, 113, 2, 0.4},
                                   Tip{20, 121, 0, 1},    Tip{4, 113, 2, 0.4},  Tip{-2, 121, 0, 1},
                                   Tip{-20, 113, 2, 0.4}, Tip{-25, 120, 0, 1},  Tip{-43, 112, 2, 0.4},
                                   Tip{-50, 119, 0, 1},   Tip{-58, 114, 2, 0.3}};
constexpr std::array spiky_edge{Tip{46, 128, 5, 1},  Tip{36, 98, 4, 0.2},  Tip{20, 126, 5, 1},  Tip{10, 92, 4, 0.2},
                                Tip{-5, 134, 6, 1},  Tip{-16, 94, 5, 0.2}, Tip{-30, 127, 5, 1}, Tip{-38, 98, 5, 0.2},
                                Tip{-52, 126, 5, 1}, Tip{-58, 112, 3, 0.3}};
constexpr std::array swept_edge{Tip{40, 82, -6, 0},  Tip{28, 70, -4, 0},    Tip{14, 106, 8, 0.8},
                                Tip{10, 96, 2, 0.4}, Tip{-10, 122, 8, 1},   Tip{-13, 108, 2, 0.5},
                                Tip{-34, 128, 8, 1}, Tip{-36, 114, 2, 0.5}, Tip{-58, 132, 7, 1}};
constexpr std::array parted_edge{Tip{50, 130, 2, 1},  Tip{38, 110, 3, 0.4}, Tip{30, 118, 2, 1},
                                 Tip{2, 66, -9, 0},   Tip{-30, 118, -9, 1}, Tip{-38, 110, 2, 0.4},
                                 Tip{-50, 130, 3, 1}, Tip{-58, 116, 2, 0.3}};
constexpr std::array crossed_edge{Tip{44, 124, 5, 1},  Tip{36, 98, 3, 0.2},  Tip{26, 114, 4, 0.8}, Tip{16, 82, -4, 0},
                                  Tip{3, 154, 9, 0.6}, Tip{-9, 88, -6, 0.2}, Tip{-26, 120, 5, 1},  Tip{-34, 98, 4, 0.2},
                                  Tip{-48, 126, 5, 1}, Tip{-58, 112, 3, 0.3}};
constexpr std::array open_edge{Tip{46, 92, -5, 0}, Tip{20, 72, -6, 0},  Tip{-2, 66, -2, 0},  Tip{-13, 100, -8, 1},
                               Tip{-14, 72, 6, 0}, Tip{-46, 92, -6, 0}, Tip{-58, 114, -4, 0}};

std::span<const Tip> edge_of(Fringe fringe) {
  switch (fringe) {
    case Fringe::straight:
      return straight_edge;
    case Fringe::spiky:
      return spiky_edge;
    case Fringe::swept:
      return swept_edge;
    case Fringe::parted:
      return parted_edge;
    case Fringe::crossed:
      return crossed_edge;
    default:
      return open_edge;
  }
}

/// How far the locks before the ears hang.
double side_lock(const Face& face) {
  switch (face.hair_length()) {
    case HairLength::cropped:
      return 168;
    case HairLength::bob:
      return 198;
    case HairLength::buns:
      return 186;
    case HairLength::twin_tails:
      return 196;
    default:
      return 216;
  }
}

void draw_strands(Pen& pen, const Face& face) {
  const HairColors& hair = face.colors.hair;
  const double top = face.crown;
  const double w = face.hair_width;
  for (const double side : {-1.0, 1.0}) {
    pen.move({side * 6, top + 8}).curve({side * 34, top + 14}, {side * 54, 72}, {side * 58, 116});
    pen.move({side * 10, top + 5}).curve({side * 52, top + 10}, {side * (w - 10), 80}, {side * (w - 11), 150});
    pen.move({side * 3, top + 12}).curve({side * 16, top + 20}, {side * 28, 70}, {side * 30, 98});
  }
  pen.stroke(hair.shade, 2.0, 0.55);
}

void draw_shine(Pen& pen, const Face& face) {
  const double alpha = 0.15 + 0.75 * face.factors.hair_shine;
  const double w = face.hair_width - 13;
  const double y = face.crown + 40;
  const double shift = 8 * face.light;
  // A ring of light, broken into locks.
  pen.move({-w, y + 22});
  pen.curve({-w * 0.6 + shift, y - 10}, {w * 0.6 + shift, y - 10}, {w, y + 22});
  constexpr int teeth = 8;
  Point from{w, y + 22};
  for (int i = 1; i <= teeth; ++i) {
    const double t = 1 - 2.0 * i / teeth;
    const Point to{w * t, y + 2 + 20 * t * t};
    const Point low{(from.x + to.x) / 2, (from.y + to.y) / 2 + (i % 2 == 0 ? 12.0 : 7.0)};
    pen.line(low).line(to);
    from = to;
  }
  pen.close();
  pen.fill(face.colors.hair.light, alpha);
}

}  // namespace

void draw_back_hair(Pen& pen, const Face& face) {
  const double w = face.hair_width;
  switch (face.hair_length()) {
    case HairLength::cropped:
      draw_back_shape(pen, face, {{w, 124}, {52, 186}, 9, 196});
      break;
    case HairLength::bob:
      draw_back_shape(pen, face, {{w + 2, 128}, {66, 212}, 13, 214});
      break;
    case HairLength::medium:
      draw_back_shape(pen, face, {{w + 2, 128}, {w + 4, 240}, -3, 232});
      break;
    case HairLength::straight:
      draw_back_shape(pen, face, {{w + 3, 128}, {w + 15, 270}, 2, 270});
      break;
    case HairLength::wavy:
      draw_wavy_back(pen, face);
      break;
    case HairLength::twin_tails:
      draw_twin_tails(pen, face);
      draw_back_shape(pen, face, {{w, 124}, {54, 190}, 8, 200});
      break;
    case HairLength::buns:
      draw_buns(pen, face);
      draw_back_shape(pen, face, {{w, 124}, {56, 196}, 9, 204});
      break;
  }
}

void trace_front_hair(Pen& pen, const Face& face) {
  const double w = face.hair_width;
  const double lock = side_lock(face);
  const double reach = (face.factors.fringe_length - 0.5) * 14;
  const double inner = face.cheek - 7;
  pen.move({-inner - 4, lock});
  pen.curve({-inner - 12, lock - 14}, {-w, 160}, {-w, 122});
  pen.curve({-w, 68}, {-50, face.crown}, {0, face.crown}).curve({50, face.crown}, {w, 68}, {w, 122});
  pen.curve({w, 160}, {inner + 12, lock - 14}, {inner + 4, lock});
  pen.curve({inner - 5, lock - 30}, {inner + 2, 138}, {inner - 1, 112});
  for (const Tip& tip : edge_of(face.fringe())) pen.bow({tip.x, tip.y + tip.reach * reach}, tip.bulge);
  pen.line({-inner + 1, 112});
  pen.curve({-inner - 2, 138}, {-inner + 5, lock - 30}, {-inner - 4, lock});
  pen.close();
}

void draw_front_hair(Pen& pen, const Face& face) {
  const HairColors& hair = face.colors.hair;
  trace_front_hair(pen, face);
  pen.fill_keep(Paint::linear({0, face.crown}, {0, 210})
                    .stop(0, mix(hair.base, hair.shade, 0.22))
                    .stop(0.35, hair.base)
                    .stop(0.6, mix(hair.base, hair.tip, 0.5))
                    .stop(1, hair.tip));
  pen.fill_keep(Paint::linear({-face.hair_width, 0}, {face.hair_width, 0})
                    .stop(0, hair.shade, 0.35 + 0.35 * face.light)
                    .stop(0.35, hair.shade, 0)
                    .stop(0.65, hair.shade, 0)
                    .stop(1, hair.shade, 0.35 - 0.35 * face.light));
  pen.stroke(hair.line, 2.2, 0.85);
  draw_strands(pen, face);
  draw_shine(pen, face);
}

}  // namespace ganvas::data::faces
