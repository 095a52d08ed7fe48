#include "data/faces/factors.h"

#include "core/random.h"

namespace ganvas::data {
namespace {

constexpr FaceChoice hair_colors[] = {{"black"}, {"brown"}, {"auburn"}, {"blonde"}, {"red"},
                                      {"pink"},  {"lilac"}, {"blue"},   {"mint"},   {"silver"}};
constexpr FaceChoice hair_lengths[] = {{"short"}, {"bob"},        {"medium"},   {"long"},
                                       {"wavy"},  {"twin tails"}, {"buns", 0.7}};
constexpr FaceChoice fringes[] = {{"straight"}, {"spiky"}, {"swept"}, {"parted"}, {"crossed"}, {"open", 0.7}};
constexpr FaceChoice eye_colors[] = {{"brown"}, {"amber"}, {"green"}, {"teal"}, {"blue"}, {"violet"}, {"rose"}};
constexpr FaceChoice eye_shapes[] = {{"round"}, {"upturned"}, {"gentle"}};
constexpr FaceChoice iris_lights[] = {{"single"}, {"double"}, {"sparkling"}};
constexpr FaceChoice mouths[] = {{"smile"}, {"laugh"}, {"surprised", 0.7}, {"cat"}, {"calm"}, {"shy", 0.7}};
constexpr FaceChoice brows[] = {{"arched"}, {"straight"}, {"worried"}, {"determined"}};
constexpr FaceChoice skins[] = {{"porcelain"}, {"fair"}, {"golden"}, {"tan", 0.7}, {"deep", 0.7}};
constexpr FaceChoice outfits[] = {{"sailor"}, {"hoodie"}, {"blazer"}, {"turtleneck"}};
constexpr FaceChoice outfit_colors[] = {{"navy"}, {"crimson"}, {"cream"}, {"forest"}, {"mustard"}, {"plum"}};
constexpr FaceChoice accessories[] = {{"none", 3.0}, {"ribbon"},   {"hairpin"},    {"flower"},
                                      {"glasses"},   {"cat ears"}, {"headphones"}, {"beret"}};
constexpr FaceChoice backgrounds[] = {{"sky"},     {"rose"}, {"mint"},  {"lavender"},
                                      {"apricot"}, {"dusk"}, {"night"}, {"lagoon"}};

constexpr FaceFactor table[] = {
    {"hair color", hair_colors, &FaceFactors::hair_color},
    {"hair length", hair_lengths, &FaceFactors::hair_length},
    {"fringe", fringes, &FaceFactors::fringe},
    {"eye color", eye_colors, &FaceFactors::eye_color},
    {"eye shape", eye_shapes, &FaceFactors::eye_shape},
    {"iris light", iris_lights, &FaceFactors::iris_light},
    {"mouth", mouths, &FaceFactors::mouth},
    {"brow", brows, &FaceFactors::brow},
    {"skin", skins, &FaceFactors::skin},
    {"outfit", outfits, &FaceFactors::outfit},
    {"outfit color", outfit_colors, &FaceFactors::outfit_color},
    {"accessory", accessories, &FaceFactors::accessory},
    {"background", backgrounds, &FaceFactors::background},
    {"hair tone", {}, nullptr, &FaceFactors::hair_tone},
    {"hair volume", {}, nullptr, &FaceFactors::hair_volume},
    {"fringe length", {}, nullptr, &FaceFactors::fringe_length},
    {"hair shine", {}, nullptr, &FaceFactors::hair_shine},
    {"eye size", {}, nullptr, &FaceFactors::eye_size},
    {"gaze", {}, nullptr, &FaceFactors::gaze},
    {"blush", {}, nullptr, &FaceFactors::blush},
    {"face shape", {}, nullptr, &FaceFactors::face_shape},
    {"tilt", {}, nullptr, &FaceFactors::tilt},
    {"light", {}, nullptr, &FaceFactors::light},
};

int pick(std::span<const FaceChoice> choices, double uniform) {
  double total = 0;
  for (const FaceChoice& choice : choices) total += choice.weight;
  double left = uniform * total;
  for (std::size_t i = 0; i + 1 < choices.size(); ++i) {
    left -= choices[i].weight;
    if (left < 0) return static_cast<int>(i);
  }
  return static_cast<int>(choices.size()) - 1;
}

}  // namespace

std::span<const FaceFactor> face_factors() {
  return table;
}

int face_label_size() {
  static const int size = [] {
    int sum = 0;
    for (const FaceFactor& factor : table) sum += factor.width();
    return sum;
  }();
  return size;
}

std::vector<float> face_label(const FaceFactors& face) {
  std::vector<float> label;
  label.reserve(static_cast<std::size_t>(face_label_size()));
  for (const FaceFactor& factor : table) {
    if (!factor.categorical()) {
      label.push_back(static_cast<float>(face.*factor.value));
      continue;
    }
    for (int i = 0; i < factor.width(); ++i) label.push_back(face.*factor.category == i ? 1.0F : 0.0F);
  }
  return label;
}

FaceFactors sample_face(std::uint64_t seed, std::uint64_t index) {
  // One draw a factor, in the order of the table: no factor can depend on another.
  RandomStream random(seed, index);
  FaceFactors face;
  for (const FaceFactor& factor : table) {
    const double uniform = random.uniform();
    if (factor.categorical()) {
      face.*factor.category = pick(factor.choices, uniform);
    } else {
      face.*factor.value = uniform;
    }
  }
  return face;
}

}  // namespace ganvas::data
