#pragma once
// From slider positions to latent vectors, and latents as text. Pure functions on values; no torch.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latent/controls.h"

namespace ganvas::latent {

/// Seed of the plane's integer point (x, y): x + 100 * y. Negative points wrap around 2^32, as NumPy-style seeds do.
std::uint64_t plane_seed(std::int64_t x, std::int64_t y);

/// Latent at a point of the seed plane, [z_dim]. At integer points exactly latent_from_seed(plane_seed(x, y)); between
/// them the bilinear blend of the four corners, scaled to the bilinear blend of their lengths, so that pictures between
/// two seeds are as lively as at the seeds. Continuous in x and y.
std::vector<float> plane_latent(double x, double y, int z_dim);

/// a + t * (b - a); t outside 0..1 goes on along the line. Vectors of one length.
std::vector<float> lerp(std::span<const float> a, std::span<const float> b, double t);

/// Along the great circle from a to b (Shoemake 1985, "Animating rotation with quaternion curves"), with the length
/// going linearly from |a| to |b|. Exact at t = 0 and 1. Where the circle is not defined (parallel, opposite or zero
/// vectors) it is lerp().
std::vector<float> slerp(std::span<const float> a, std::span<const float> b, double t);

/// True when the blend is on and both ends fit a model with this latent size.
bool blend_applies(const BlendControls& blend, int z_dim);

/// Latents of all pictures of the grid, row by row from the top left: [rows * columns, z_dim]. Edits of dimensions that
/// the model does not have, and a blend between latents of another size, are passed over.
std::vector<float> grid_latents(const LatentControls& controls, int columns, int rows, int z_dim);

/// Latents of a grid that mixes styles (StyleControls::mixing_grid), [rows * columns, z_dim] each.
struct MixingGrid {
  std::vector<float> pictures;  ///< the first row's and column's own; inside, those of their row's first picture
  std::vector<float>
      sources;  ///< what they are mixed with: themselves in the first row and column, inside the column's
};
/// latents: of the plain grid. Throws Error when they do not divide into rows * columns.
MixingGrid mixing_grid(std::span<const float> latents, int columns, int rows);

/// Latent of the top left picture, [z_dim].
std::vector<float> present_latent(const LatentControls& controls, int z_dim);

/// The class vector that goes with the controls, [c_dim]: the soft weights, or class 0 when they do not fit.
std::vector<float> class_vector(const LatentControls& controls, int c_dim);

/// Compact text: "latent[3]: 0.25 -1.5 0.0625". Reads back to the same floats.
std::string latent_to_text(std::span<const float> latent);

/// Reads latent_to_text(), a JSON list, or numbers separated by blanks, commas, semicolons or line ends, with any
/// brackets around them. Throws Error saying what is not a number, or when there is none or one is not finite.
std::vector<float> latent_from_text(std::string_view text);

}  // namespace ganvas::latent
