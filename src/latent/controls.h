#pragma once
// What the sliders say about the latent, as a value. No torch.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ganvas::latent {

enum class Interpolation { spherical, linear };

/// Blend between two captured latents. Empty vectors: not captured yet.
struct BlendControls {
  bool on = false;
  std::vector<float> a;  // [z_dim]
  std::vector<float> b;  // [z_dim]
  double t = 0.0;        ///< 0 is a, 1 is b
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
  std::vector<double> weights;       ///< of each style row: 0 the picture's own, 1 the source's; missing ones are 0
  std::vector<LatentControls> kept;  ///< at most one, whose first picture, as its sliders show it, is the source
  std::string name;                  ///< what people call the kept state
  bool operator==(const StyleSource&) const;
};

/// A move along a direction of the style space. It changes pictures of models with styles of its length only.
struct StyleMove {
  std::string name;
  std::vector<float> direction;  // [w_dim], of length 1
  double unit = 1;               ///< length of one step, as a rule a standard deviation of w along the direction
  double strength = 0;           ///< steps
  int first = 0;                 ///< first style row that it moves
  int last = -1;                 ///< last one; -1: all from the first on
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
  std::vector<float> base;
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

inline bool StyleSource::operator==(const StyleSource&) const = default;

}  // namespace ganvas::latent
