#pragma once
// What the sliders say about the latent, as a value. No torch.

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ganvas {

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
  bool animate = false;        ///< walk through the seed plane, or along the blend when it is on
  double animate_speed = 0.3;  ///< seeds a second
  bool operator==(const LatentControls&) const = default;
};

}  // namespace ganvas
