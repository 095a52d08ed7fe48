#pragma once
// What the sliders say about the latent, as a value. The tables at the end give each field its key in files, and each
// synthesis parameter all that the rest of the program needs to know of it: a new one is a field and a row. No torch.

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/shared_list.h"
#include "latent/synthesis_parameters.h"

namespace ganvas::latent {

enum class Interpolation { spherical, linear };

/// Blend between two captured latents. Empty vectors: not captured yet.
struct BlendControls {
  bool on = false;
  SharedList<float> a;  // [z_dim]
  SharedList<float> b;  // [z_dim]
  double t = 0.0;       ///< 0 is a, 1 is b
  Interpolation mode = Interpolation::spherical;
  bool backwards = false;  ///< way of the animation, which turns round at both ends
  bool operator==(const BlendControls&) const = default;
};

/// Noise of the style networks.
struct NoiseControls {
  std::string mode = "const";     ///< const: the network's own; random: drawn from `seed`; none
  std::uint64_t seed = 0;         ///< for random
  double phase = 0;               ///< for random: turns through noise that comes back after each whole one
  std::vector<double> strengths;  ///< a factor for each layer, in the order in which they run; missing ones are 1
  bool operator==(const NoiseControls&) const = default;
};

struct LatentControls;

/// Styles of another picture, mixed into the picture's: a seed's, or those of a latent state that was kept (a bookmark,
/// a projected picture).
struct StyleSource {
  std::uint64_t seed = 0;
  std::vector<double> weights;      ///< of each style row: 0 the picture's own, 1 the source's; missing ones are 0
  SharedList<LatentControls> kept;  ///< at most one, whose first picture, as its sliders show it, is the source
  std::string name;                 ///< what people call the kept state
  bool operator==(const StyleSource&) const;
};

/// A move along a direction of the style space, the same for all style rows or one with a part for each. It changes
/// pictures of models with styles of its length only.
struct StyleMove {
  std::string name;
  SharedList<float> direction;  // [w_dim] or [num_ws * w_dim], of length 1
  double unit = 1;              ///< length of one step, as a rule a standard deviation of w along the direction
  double strength = 0;          ///< steps
  int first = 0;                ///< first style row that it moves
  int last = -1;                ///< last one; -1: all from the first on
  bool operator==(const StyleMove&) const = default;
};

/// A slider of the style space: added to one value of w.
struct StyleOffset {
  int row = -1;  ///< style row; -1: all
  int index = 0;
  double value = 0;
  bool operator==(const StyleOffset&) const = default;
};

/// A change of what one layer hands to the next (network bending).
struct Bend {
  std::string layer;           ///< the module's name, as the Layers tab lists it
  int channel = -1;            ///< -1: all of the layer
  std::string kind = "scale";  ///< a name of bend_kinds() (latent/bending.h)
  double amount = 1;           ///< what it means and in which unit, the kind says
  double second = 0;           ///< shift: down
  bool operator==(const Bend&) const = default;
};

/// Where StyleGAN3 places its picture.
struct PlacementControls {
  double x = 0;      ///< to the right, in picture widths
  double y = 0;      ///< down
  double angle = 0;  ///< degrees
  bool operator==(const PlacementControls&) const = default;
};

/// What happens to w between mapping and synthesis, in this order: the base, the mixing grid, the sources one after the
/// other, the moves, the offsets. Then the bends, in the layers.
struct StyleControls {
  int cutoff = -1;  ///< first style rows that truncation reaches; -1: all
  /// Styles that stand in for those of the latent (a projected picture, a point of the map), not truncated: [w_dim]
  /// for all rows or [num_ws * w_dim]; of another length, or empty: those of the latent.
  SharedList<float> base;
  NoiseControls noise;
  PlacementControls placement;
  std::vector<StyleSource> sources;
  std::vector<StyleMove> moves;
  std::vector<StyleOffset> offsets;
  std::vector<Bend> bends;  ///< one after the other
  /// The grid shows its first row and column as they are, and inside mixes each row's first picture with each column's.
  bool mixing_grid = false;
  std::vector<double> grid_weights;  ///< what a column gives, as StyleSource::weights
  bool operator==(const StyleControls&) const = default;
};

/// The latent of the picture at (column, row) of the grid is: the seed plane at (seed_x + column, seed_y + row), or the
/// blend when it is on; then the edited dimensions take their own values.
/// The seed plane has seed x + 100 * y at integer (x, y) and a norm-preserving bilinear blend in between.
struct LatentControls {
  double seed_x = 0.0;
  double seed_y = 0.0;
  std::map<int, float> edits;  ///< dimension -> value set by hand
  std::set<int> locked;        ///< dimensions that randomise and reset leave alone
  BlendControls blend;
  double psi = 1.0;            ///< truncation psi, 0..2
  std::vector<float> classes;  ///< soft class weights; empty for unconditional models
  StyleControls style;
  bool animate = false;        ///< walk through the seed plane, or along the blend when it is on
  double animate_speed = 0.3;  ///< seeds a second
  bool operator==(const LatentControls&) const = default;
};

/// Written out, as Clang does not get through the default of a type that holds itself.
inline bool StyleSource::operator==(const StyleSource& other) const {
  return std::tie(seed, weights, kept, name) == std::tie(other.seed, other.weights, other.kept, other.name);
}

}  // namespace ganvas::latent

namespace ganvas::fields {

using latent::parameter;

template <>
inline constexpr std::array names<latent::Interpolation>{std::pair{latent::Interpolation::spherical, "spherical"},
                                                         std::pair{latent::Interpolation::linear, "linear"}};

template <>
inline constexpr auto table<latent::BlendControls> =
    std::tuple{optional("on", &latent::BlendControls::on),
               optional("a", &latent::BlendControls::a),
               optional("b", &latent::BlendControls::b),
               parameter("t", &latent::BlendControls::t,
                         {.name = "blend",
                          .label = "A to B",
                          .tip = "0 is A, 1 is B",
                          .subject = "The place between A and B",
                          .motion = latent::Motion::course,
                          .limits = {0, 1}}),
               optional("mode", &latent::BlendControls::mode),
               optional("backwards", &latent::BlendControls::backwards)};

template <>
inline constexpr auto table<latent::NoiseControls> =
    std::tuple{optional("mode", &latent::NoiseControls::mode), optional("seed", &latent::NoiseControls::seed),
               parameter("phase", &latent::NoiseControls::phase,
                         {.name = "noise_phase",
                          .label = "Noise phase",
                          .tip = "Turns through random noise that comes back after each whole one",
                          .subject = "The phase of the noise",
                          .limits = {-1e6, 1e6}}),
               parameter("strengths", &latent::NoiseControls::strengths,
                         {.name = "noise_strength",
                          .label = "Strength",
                          .tip = "Times the noise that the model has learned",
                          .subject = "The strength of a layer's noise",
                          .limits = {-4, 4},
                          .slider = {0, 2},
                          .neutral = 1})};

template <>
inline constexpr auto table<latent::Bend> =
    std::tuple{required("layer", &latent::Bend::layer), optional("channel", &latent::Bend::channel),
               required("kind", &latent::Bend::kind), optional("amount", &latent::Bend::amount),
               optional("second", &latent::Bend::second)};

template <>
inline constexpr auto table<latent::StyleSource> =
    std::tuple{optional("seed", &latent::StyleSource::seed), optional("weights", &latent::StyleSource::weights),
               optional("kept", &latent::StyleSource::kept), optional("name", &latent::StyleSource::name)};

template <>
inline constexpr auto table<latent::StyleMove> =
    std::tuple{optional("name", &latent::StyleMove::name),   required("direction", &latent::StyleMove::direction),
               optional("unit", &latent::StyleMove::unit),   optional("strength", &latent::StyleMove::strength),
               optional("first", &latent::StyleMove::first), optional("last", &latent::StyleMove::last)};

template <>
inline constexpr auto table<latent::StyleOffset> =
    std::tuple{optional("row", &latent::StyleOffset::row), required("index", &latent::StyleOffset::index),
               required("value", &latent::StyleOffset::value)};

template <>
inline constexpr auto table<latent::PlacementControls> =
    std::tuple{parameter("x", &latent::PlacementControls::x,
                         {.name = "x",
                          .label = "Right",
                          .tip = "Shift in picture widths",
                          .subject = "The picture's shift to the right",
                          .limits = {-10, 10},
                          .slider = {-0.5, 0.5},
                          .format = "%.3f",
                          .group = "Placement"}),
               parameter("y", &latent::PlacementControls::y,
                         {.name = "y",
                          .label = "Down",
                          .tip = "Shift in picture heights",
                          .subject = "The picture's shift down",
                          .limits = {-10, 10},
                          .slider = {-0.5, 0.5},
                          .format = "%.3f",
                          .group = "Placement"}),
               parameter("angle", &latent::PlacementControls::angle,
                         {.name = "angle",
                          .label = "Angle",
                          .tip = "Turn in degrees",
                          .subject = "The picture's angle",
                          .limits = {-360, 360},
                          .slider = {-180, 180},
                          .format = "%.1f",
                          .group = "Placement"})};

template <>
inline constexpr auto table<latent::StyleControls> =
    std::tuple{parameter("cutoff", &latent::StyleControls::cutoff,
                         {.name = "cutoff",
                          .label = "Cutoff",
                          .tip = "Style rows from the coarsest on that truncation reaches",
                          .subject = "The cutoff of the truncation",
                          .motion = latent::Motion::held,
                          .limits = {-1, 256},
                          .slider = {0, 16},
                          .neutral = -1,
                          .format = "%.0f"}),
               optional("base", &latent::StyleControls::base),
               optional("bends", &latent::StyleControls::bends),
               optional("noise", &latent::StyleControls::noise),
               optional("placement", &latent::StyleControls::placement),
               optional("sources", &latent::StyleControls::sources),
               optional("moves", &latent::StyleControls::moves),
               optional("offsets", &latent::StyleControls::offsets),
               optional("mixing_grid", &latent::StyleControls::mixing_grid),
               parameter("grid_weights", &latent::StyleControls::grid_weights,
                         {.name = "grid_weight",
                          .label = "Columns give",
                          .tip = "Style rows that the columns give, coarse to fine",
                          .subject = "The weight of a style row",
                          .motion = latent::Motion::course,
                          .limits = {-4, 4}})};

template <>
inline constexpr auto table<latent::LatentControls> =
    std::tuple{parameter("seed_x", &latent::LatentControls::seed_x,
                         {.name = "seed_x",
                          .label = "Plane",
                          .tip = "Place on the plane of seeds, in seeds",
                          .subject = "The seed's x",
                          .motion = latent::Motion::course,
                          .limits = {-1e9, 1e9},
                          .slider = {0, 100}}),
               parameter("seed_y", &latent::LatentControls::seed_y,
                         {.name = "seed_y",
                          .label = "Plane",
                          .tip = "Place on the plane of seeds, in seeds",
                          .subject = "The seed's y",
                          .motion = latent::Motion::course,
                          .limits = {-1e7, 1e7},
                          .slider = {0, 100}}),
               optional("edits", &latent::LatentControls::edits),
               optional("locked", &latent::LatentControls::locked),
               optional("blend", &latent::LatentControls::blend),
               parameter("psi", &latent::LatentControls::psi,
                         {.name = "psi",
                          .label = "Truncation",
                          .tip = "Psi: below 1 draws towards the average picture, above 1 away from it",
                          .subject = "Psi",
                          .limits = {0, 2},
                          .slider = {0, 2},
                          .neutral = 1,
                          .group = "Synthesis"}),
               parameter("classes", &latent::LatentControls::classes,
                         {.name = "class",
                          .label = "Class",
                          .tip = "Share of this class; they need not sum to 1",
                          .subject = "A class weight",
                          .limits = {-100, 100},
                          .typed = latent::ValueRange{-10, 10}}),
               optional("style", &latent::LatentControls::style),
               optional("animate", &latent::LatentControls::animate),
               parameter("animate_speed", &latent::LatentControls::animate_speed,
                         {.name = "speed",
                          .label = "Animate",
                          .tip = "Speed in seeds a second",
                          .subject = "The speed of the animation",
                          .motion = latent::Motion::held,
                          .limits = {-100, 100},
                          .slider = {0, 2},
                          .typed = latent::ValueRange{-20, 20}})};

}  // namespace ganvas::fields
