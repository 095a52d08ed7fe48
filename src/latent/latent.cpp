#include "latent/latent.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/error.h"
#include "core/random.h"

namespace ganvas::latent {

namespace {

double length_of(std::span<const float> v) {
  double sum = 0;
  for (const float x : v) sum += static_cast<double>(x) * x;
  return std::sqrt(sum);
}

/// One corner of a cell of the seed plane.
struct Corner {
  std::vector<float> latent;
  double length = 0;
};

Corner corner_at(std::int64_t x, std::int64_t y, int z_dim) {
  Corner corner{latent_from_seed(plane_seed(x, y), static_cast<std::size_t>(z_dim)), 0};
  corner.length = length_of(corner.latent);
  return corner;
}

/// Bilinear blend of the corners (0,0), (1,0), (0,1), (1,1) at (u, v) in [0, 1)^2 with the blended length.
std::vector<float> blend_corners(const std::array<const Corner*, 4>& corners, double u, double v) {
  if (u == 0.0 && v == 0.0) return corners[0]->latent;
  const std::array<double, 4> weights{(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v};
  const std::size_t size = corners[0]->latent.size();
  std::vector<double> sum(size, 0.0);
  double wanted = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    if (weights[k] == 0.0) continue;
    for (std::size_t i = 0; i < size; ++i) sum[i] += weights[k] * corners[k]->latent[i];
    wanted += weights[k] * corners[k]->length;
  }
  double squares = 0;
  for (const double x : sum) squares += x * x;
  const double scale = squares > 0 ? wanted / std::sqrt(squares) : 1.0;
  std::vector<float> blended(size);
  std::transform(sum.begin(), sum.end(), blended.begin(), [&](double x) { return static_cast<float>(x * scale); });
  return blended;
}

void apply_edits(const LatentControls& controls, std::span<float> latent) {
  for (const auto& [index, value] : controls.edits) {
    if (index >= 0 && static_cast<std::size_t>(index) < latent.size()) latent[static_cast<std::size_t>(index)] = value;
  }
}

bool is_separator(char c) {
  return std::string_view(" \t\r\n,;[](){}\"'").find(c) != std::string_view::npos;
}

/// Drops a leading "latent[512]:" or "z =": everything up to the last ':' or '='.
std::string_view without_heading(std::string_view text) {
  const auto end = text.find_last_of(":=");
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

}  // namespace

std::uint64_t plane_seed(std::int64_t x, std::int64_t y) {
  return static_cast<std::uint64_t>(x + 100 * y) & 0xffffffffu;
}

std::vector<float> plane_latent(double x, double y, int z_dim) {
  LatentControls controls;
  controls.seed_x = x;
  controls.seed_y = y;
  return grid_latents(controls, 1, 1, z_dim);
}

std::vector<float> lerp(std::span<const float> a, std::span<const float> b, double t) {
  require(a.size() == b.size(), "Cannot mix latents of {} and {} values; capture both from the same model.", a.size(),
          b.size());
  std::vector<float> mixed(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    mixed[i] = static_cast<float>((1.0 - t) * a[i] + t * b[i]);
  }
  return mixed;
}

std::vector<float> slerp(std::span<const float> a, std::span<const float> b, double t) {
  const double length_a = length_of(a), length_b = length_of(b);
  if (a.size() != b.size() || length_a == 0 || length_b == 0) return lerp(a, b, t);
  double dot = 0;
  for (std::size_t i = 0; i < a.size(); ++i) dot += static_cast<double>(a[i]) * b[i];
  const double angle = std::acos(std::clamp(dot / (length_a * length_b), -1.0, 1.0));
  const double sine = std::sin(angle);
  if (sine < 1e-6) return lerp(a, b, t);
  if (t == 0.0) return {a.begin(), a.end()};
  if (t == 1.0) return {b.begin(), b.end()};
  const double length = (1.0 - t) * length_a + t * length_b;
  const double from_a = std::sin((1.0 - t) * angle) / sine * length / length_a;
  const double from_b = std::sin(t * angle) / sine * length / length_b;
  std::vector<float> mixed(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) mixed[i] = static_cast<float>(from_a * a[i] + from_b * b[i]);
  return mixed;
}

bool blend_applies(const BlendControls& blend, int z_dim) {
  const auto size = static_cast<std::size_t>(z_dim);
  return blend.on && z_dim > 0 && blend.a.size() == size && blend.b.size() == size;
}

std::vector<float> grid_latents(const LatentControls& controls, int columns, int rows, int z_dim) {
  std::vector<float> latents;
  latents.reserve(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows) * static_cast<std::size_t>(z_dim));
  const auto append = [&](std::vector<float> latent) {
    apply_edits(controls, latent);
    latents.insert(latents.end(), latent.begin(), latent.end());
  };
  if (blend_applies(controls.blend, z_dim)) {
    const auto mix = controls.blend.mode == Interpolation::spherical ? slerp : lerp;
    const auto latent = mix(controls.blend.a, controls.blend.b, controls.blend.t);
    for (int i = 0; i < columns * rows; ++i) append(latent);
    return latents;
  }
  // All cells lie at the same place between their corners, and neighbours share corners.
  const double left = std::floor(controls.seed_x), top = std::floor(controls.seed_y);
  const double u = controls.seed_x - left, v = controls.seed_y - top;
  std::vector<Corner> corners;
  for (int y = 0; y <= rows; ++y) {
    for (int x = 0; x <= columns; ++x) {
      const bool used = (x < columns || u > 0) && (y < rows || v > 0);
      corners.push_back(used ? corner_at(static_cast<std::int64_t>(left) + x, static_cast<std::int64_t>(top) + y, z_dim)
                             : Corner{});
    }
  }
  const auto corner = [&](int x, int y) { return &corners[static_cast<std::size_t>(y * (columns + 1) + x)]; };
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      append(blend_corners({corner(x, y), corner(x + 1, y), corner(x, y + 1), corner(x + 1, y + 1)}, u, v));
    }
  }
  return latents;
}

MixingGrid mixing_grid(std::span<const float> latents, int columns, int rows) {
  const auto count = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  require(count > 0 && latents.size() % count == 0, "{} latent values are no grid of {} x {}.", latents.size(), columns,
          rows);
  const std::size_t size = latents.size() / count, width = static_cast<std::size_t>(columns);
  MixingGrid grid;
  const auto append = [&](std::vector<float>& to, std::size_t cell) {
    const auto from = latents.begin() + static_cast<std::ptrdiff_t>(cell * size);
    to.insert(to.end(), from, from + static_cast<std::ptrdiff_t>(size));
  };
  for (std::size_t cell = 0; cell < count; ++cell) {
    const std::size_t column = cell % width, row_start = cell - column;
    const bool inside = row_start > 0 && column > 0;
    append(grid.pictures, inside ? row_start : cell);
    append(grid.sources, inside ? column : cell);
  }
  return grid;
}

std::vector<float> present_latent(const LatentControls& controls, int z_dim) {
  return z_dim <= 0 ? std::vector<float>{} : grid_latents(controls, 1, 1, z_dim);
}

std::vector<float> class_vector(const LatentControls& controls, int c_dim) {
  if (controls.classes.size() == static_cast<std::size_t>(c_dim)) return controls.classes;
  std::vector<float> classes(static_cast<std::size_t>(c_dim), 0.0f);
  if (!classes.empty()) classes[0] = 1.0f;
  return classes;
}

std::string latent_to_text(std::span<const float> latent) {
  std::string text = fmt::format("latent[{}]:", latent.size());
  for (const float value : latent) text += fmt::format(" {}", value);
  return text;
}

std::vector<float> latent_from_text(std::string_view text) {
  text = without_heading(text);
  std::vector<float> latent;
  for (std::size_t at = 0; at < text.size();) {
    if (is_separator(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_separator(text[end])) ++end;
    std::string_view word = text.substr(at, std::min<std::size_t>(end - at, 40));
    const std::string_view number = word.starts_with('+') ? word.substr(1) : word;
    float value = 0;
    const auto [stop, problem] = std::from_chars(number.data(), number.data() + number.size(), value);
    require(problem == std::errc() && stop == number.data() + number.size() && std::isfinite(value),
            "The latent text has \"{}\" where a number should be; copy a latent as text and try again.", word);
    latent.push_back(value);
    at = end;
  }
  require(!latent.empty(), "The text holds no latent; copy a latent as text and try again.");
  return latent;
}

}  // namespace ganvas::latent
