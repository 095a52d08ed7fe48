#include "latent/bending.h"

#include <array>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "latent/bend_kinds.h"

namespace ganvas::latent {

namespace {

constexpr std::array kinds{
    BendKind{"scale", "Scale", "factor", -4, 4, 1},
    BendKind{"add", "Add", "added to every value", -5, 5, 0},
    BendKind{"invert", "Invert", "", 0, 1, 1},
    BendKind{"ablate", "Ablate", "", 0, 1, 1},
    BendKind{"threshold", "Threshold", "values below become 0", -5, 5, -5},
    BendKind{"rotate", "Rotate", "degrees, to the left", -180, 180, 0},
    BendKind{"shift", "Shift", "to the right, in widths of the map", -1, 1, 0},
    BendKind{"blur", "Blur", "standard deviation, in cells of the map", 0, 16, 0},
};

/// Samples each map where `matrix` [2, 3] sends the place, in -1..1 of the map.
at::Tensor placed(const at::Tensor& x, const std::array<double, 6>& matrix) {
  const at::Tensor affine =
      at::tensor(at::ArrayRef<double>(matrix)).view({1, 2, 3}).to(x.device(), at::kFloat).expand({x.size(0), 2, 3});
  const at::Tensor grid = at::affine_grid_generator(affine, x.sizes(), false);
  return at::grid_sampler(x.to(at::kFloat), grid, 0, 1, false).to(x.scalar_type());  // bilinear, edges go on
}

at::Tensor rotated(const at::Tensor& x, double degrees) {
  const double angle = degrees * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  return placed(x, {c, -s, 0, s, c, 0});
}

at::Tensor blurred(const at::Tensor& x, double sigma) {
  if (sigma <= 0) return x;
  const std::int64_t reach = std::min<std::int64_t>(static_cast<std::int64_t>(std::ceil(3 * sigma)),
                                                    std::max<std::int64_t>(x.size(2), x.size(3)));
  const at::Tensor places = at::arange(-reach, reach + 1, at::TensorOptions().dtype(at::kFloat).device(x.device()));
  at::Tensor line = (-places.square() / (2 * sigma * sigma)).exp();
  line = line / line.sum();
  at::Tensor y = x.to(at::kFloat).flatten(0, 1).unsqueeze(1);
  y = at::replication_pad2d(y, {reach, reach, reach, reach});
  y = at::conv2d(at::conv2d(y, line.view({1, 1, 1, -1})), line.view({1, 1, -1, 1}));
  return y.view(x.sizes()).to(x.scalar_type());
}

at::Tensor bent_map(const at::Tensor& x, const Bend& bend) {
  if (bend.kind == "scale") return x * bend.amount;
  if (bend.kind == "add") return x + bend.amount;
  // Upside down within each map's own range.
  if (bend.kind == "invert") return x.amax({2, 3}, true) + x.amin({2, 3}, true) - x;
  if (bend.kind == "ablate") return at::zeros_like(x);
  if (bend.kind == "threshold") return x * (x >= bend.amount);
  if (bend.kind == "rotate") return rotated(x, bend.amount);
  if (bend.kind == "shift") return placed(x, {1, 0, -2 * bend.amount, 0, 1, -2 * bend.second});
  if (bend.kind == "blur") return blurred(x, bend.amount);
  bend_kind(bend.kind);
  fail("The bend \"{}\" is listed but not made.", bend.kind);
}

}  // namespace

std::span<const BendKind> bend_kinds() {
  return kinds;
}

const BendKind& bend_kind(const std::string& name) {
  std::string known;
  for (const BendKind& kind : kinds) {
    if (name == kind.name) return kind;
    known += (known.empty() ? "" : ", ") + std::string(kind.name);
  }
  fail("There is no bend \"{}\"; choose one of {}.", name, known);
}

at::Tensor bend_channels(const at::Tensor& x, const Bend& bend) {
  if (bend.channel < 0) return bent_map(x, bend);
  if (bend.channel >= x.size(1)) return x;
  at::Tensor y = x.clone();
  y.narrow(1, bend.channel, 1).copy_(bent_map(x.narrow(1, bend.channel, 1), bend));
  return y;
}

}  // namespace ganvas::latent
