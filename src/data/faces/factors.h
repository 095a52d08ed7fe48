#pragma once
// What a built-in face is made of: every factor is drawn independently, so labels are exact and nothing is correlated.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ganvas::data {

/// Categories are positions in the choices of their factor; continuous values lie in [0, 1).
struct FaceFactors {
  int hair_color = 0;
  int hair_length = 0;
  int fringe = 0;
  int eye_color = 0;
  int eye_shape = 0;
  int iris_light = 0;
  int mouth = 0;
  int brow = 0;
  int skin = 0;
  int outfit = 0;
  int outfit_color = 0;
  int accessory = 0;
  int background = 0;
  double hair_tone = 0.5;      ///< darker .. lighter
  double hair_volume = 0.5;    ///< flat .. full
  double fringe_length = 0.5;  ///< short .. long
  double hair_shine = 0.5;     ///< matt .. glossy
  double eye_size = 0.5;       ///< small .. large
  double gaze = 0.5;           ///< left .. right
  double blush = 0.5;          ///< none .. strong
  double face_shape = 0.5;     ///< slender .. round
  double tilt = 0.5;           ///< head leans left .. right
  double light = 0.5;          ///< comes from the left .. right
  bool operator==(const FaceFactors&) const = default;
};

/// One value of a categorical factor; weights say how often it is drawn.
struct FaceChoice {
  std::string_view name;
  double weight = 1.0;
};

/// One row of the table of factors: categorical when it has choices, continuous otherwise.
struct FaceFactor {
  std::string_view name;
  std::span<const FaceChoice> choices;
  int FaceFactors::*category = nullptr;
  double FaceFactors::*value = nullptr;

  [[nodiscard]] bool categorical() const { return category != nullptr; }
  /// Values it takes in a label: one for each choice, or one.
  [[nodiscard]] int width() const { return categorical() ? static_cast<int>(choices.size()) : 1; }
};

/// All factors, in the order of the label vector.
std::span<const FaceFactor> face_factors();

/// Length of face_label().
int face_label_size();

/// One-hot for a categorical factor, the value for a continuous one.
std::vector<float> face_label(const FaceFactors& face);

/// The factors of picture `index`, the same on every machine.
FaceFactors sample_face(std::uint64_t seed, std::uint64_t index);

}  // namespace ganvas::data
