#pragma once
// The parts of a face, back to front. Each draws in the design coordinates of Pen.

#include "data/faces/factors.h"
#include "data/faces/palette.h"
#include "data/faces/pen.h"

namespace ganvas::data::faces {

/// The names of the choices, in the order of the table in factors.cpp.
enum class HairLength { cropped, bob, medium, straight, wavy, twin_tails, buns };
enum class Fringe { straight, spiky, swept, parted, crossed, open };
enum class EyeShape { round, upturned, gentle };
enum class IrisLight { single, paired, sparkling };
enum class Mouth { smile, laugh, surprised, cat, calm, shy };
enum class Brow { arched, straight, worried, determined };
enum class Outfit { sailor, hoodie, blazer, turtleneck };
enum class Accessory { none, ribbon, hairpin, flower, glasses, cat_ears, headphones, beret };

/// The factors with all that follows from them.
struct Face {
  FaceFactors factors;
  Palette colors;
  double light = 0;       ///< -1 from the left .. 1 from the right
  double lean = 0;        ///< radians
  double cheek = 0;       ///< half width of the face
  double chin = 0;        ///< y of the chin
  double crown = 0;       ///< y of the top of the hair
  double hair_width = 0;  ///< half width of the hair
  double eye_scale = 1;

  explicit Face(const FaceFactors& f);

  [[nodiscard]] HairLength hair_length() const { return static_cast<HairLength>(factors.hair_length); }
  [[nodiscard]] Fringe fringe() const { return static_cast<Fringe>(factors.fringe); }
  [[nodiscard]] EyeShape eye_shape() const { return static_cast<EyeShape>(factors.eye_shape); }
  [[nodiscard]] IrisLight iris_light() const { return static_cast<IrisLight>(factors.iris_light); }
  [[nodiscard]] Mouth mouth() const { return static_cast<Mouth>(factors.mouth); }
  [[nodiscard]] Brow brow() const { return static_cast<Brow>(factors.brow); }
  [[nodiscard]] Outfit outfit() const { return static_cast<Outfit>(factors.outfit); }
  [[nodiscard]] Accessory accessory() const { return static_cast<Accessory>(factors.accessory); }
};

constexpr double eye_x = 34;   ///< distance of the eyes from the middle
constexpr double eye_y = 146;  ///< height of the eyes

void draw_background(Pen& pen, const Face& face);
void draw_back_hair(Pen& pen, const Face& face);
void draw_neck(Pen& pen, const Face& face);
void draw_outfit(Pen& pen, const Face& face);
void draw_head(Pen& pen, const Face& face);  ///< skin, cheeks, nose, mouth
void draw_eyes(Pen& pen, const Face& face);
void draw_front_hair(Pen& pen, const Face& face);
void draw_brows(Pen& pen, const Face& face);
void draw_rear_accessory(Pen& pen, const Face& face);   ///< what the front hair overlaps
void draw_front_accessory(Pen& pen, const Face& face);  ///< what lies on top

/// The outline of the face as the current path.
void trace_face(Pen& pen, const Face& face);
/// The outline of fringe, side locks and top of the head as the current path.
void trace_front_hair(Pen& pen, const Face& face);
/// A bow of ribbon, its knot in the origin, about 60 wide.
void draw_bow(Pen& pen, Color color, Color shade);

}  // namespace ganvas::data::faces
