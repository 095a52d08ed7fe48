#include "ops/conv/winograd.h"

#include <algorithm>
#include <array>
#include <vector>

#include "ops/vector/parallel.h"
#include "ops/vector/products.h"
#include "ops/vector/scratch.h"

GANVAS_VECTOR_BEGIN
namespace ganvas::ops::winograd {
namespace {

constexpr int points = 16;  // of a 4 x 4 tile

/// From one point of the tiles to the next, in floats. A line of the cache more than the tiles need: with a whole
/// number of pages between them, all points of a tile would share one place in the cache.
constexpr std::int64_t point_step(std::int64_t lines, std::int64_t channels) {
  return lines * channels + 16;
}

struct Tiles {
  const Shape& shape;
  std::int64_t rows, columns, count;

  explicit Tiles(const Shape& s)
      : shape(s), rows((s.height + 1) / 2), columns((s.width + 1) / 2), count(s.pictures * rows * columns) {}

  struct Place {
    std::int64_t picture, y, x;  // of the tile's first output
  };
  [[nodiscard]] Place place(std::int64_t tile) const {
    return {tile / (rows * columns), tile / columns % rows * 2, tile % columns * 2};
  }
  void advance(Place& place) const {
    place.x += 2;
    if (place.x < 2 * columns) return;
    place.x = 0;
    place.y += 2;
    if (place.y < 2 * rows) return;
    place.y = 0;
    ++place.picture;
  }
};

/// d [4][4] -> B^T d B.
template <typename V>
GANVAS_INLINE inline void transform_input(V (&d)[4][4]) {
  for (int i = 0; i < 4; ++i) {
    const V a = d[0][i] - d[2][i], b = d[1][i] + d[2][i], c = d[2][i] - d[1][i], e = d[1][i] - d[3][i];
    d[0][i] = a, d[1][i] = b, d[2][i] = c, d[3][i] = e;
  }
  for (int i = 0; i < 4; ++i) {
    const V a = d[i][0] - d[i][2], b = d[i][1] + d[i][2], c = d[i][2] - d[i][1], e = d[i][1] - d[i][3];
    d[i][0] = a, d[i][1] = b, d[i][2] = c, d[i][3] = e;
  }
}

/// Tiles first .. first + count of x, scaled and transformed: v [16][line][from], the tiles from line `at` on.
struct ReadTiles {
  template <typename Widest>
  GANVAS_INLINE static void run(const Tiles& tiles, const float* x, const float* style, std::int64_t first,
                                std::int64_t count, float* v, std::int64_t lines, std::int64_t at) {
    const Shape& s = tiles.shape;
    const std::vector<float>& zeros = scratch_zeros(s.from);
    const std::int64_t step = point_step(lines, s.from);
    Tiles::Place place = tiles.place(first);
    for (std::int64_t i = 0; i < count; ++i, tiles.advance(place)) {
      const float* corner[4][4];
      for (int y = 0; y < 4; ++y) {
        for (int c = 0; c < 4; ++c) {
          const std::int64_t py = place.y + y - 1, px = place.x + c - 1;
          const bool inside = py >= 0 && py < s.height && px >= 0 && px < s.width;
          corner[y][c] = inside ? x + ((place.picture * s.height + py) * s.width + px) * s.from : zeros.data();
        }
      }
      float* to = v + (at + i) * s.from;
      const float* scales = style != nullptr ? style + place.picture * s.from : nullptr;
      over_channels<Widest>(s.from, [&](auto kind, std::int64_t k) GANVAS_INLINE {
        using V = typename decltype(kind)::type;
        V d[4][4];
        for (int y = 0; y < 4; ++y)
          for (int c = 0; c < 4; ++c) d[y][c] = load<V>(corner[y][c] + k);
        if (scales != nullptr) {
          const V scale = load<V>(scales + k);
          for (auto& row : d)
            for (auto& value : row) value *= scale;
        }
        transform_input(d);
        for (int p = 0; p < points; ++p) store(to + p * step + k, d[p / 4][p % 4]);
      });
    }
  }
};

/// m [16][lines][to], from line `at` on -> A^T m A, finished, into out.
struct WriteTiles {
  template <typename Widest>
  GANVAS_INLINE static void run(const Tiles& tiles, const float* m, std::int64_t lines, std::int64_t at,
                                std::int64_t first, std::int64_t count, const Epilogue& end, float* out) {
    const Shape& s = tiles.shape;
    const std::int64_t step = point_step(lines, s.to);
    Tiles::Place place = tiles.place(first);
    for (std::int64_t i = 0; i < count; ++i, tiles.advance(place)) {
      const std::int64_t high = std::min<std::int64_t>(2, s.height - place.y);
      const std::int64_t wide = std::min<std::int64_t>(2, s.width - place.x);
      const float* from = m + (at + i) * s.to;
      over_channels<Widest>(s.to, [&](auto kind, std::int64_t k) GANVAS_INLINE {
        using V = typename decltype(kind)::type;
        V half[2][4];
        for (int c = 0; c < 4; ++c) {
          const V a = load<V>(from + c * step + k), b = load<V>(from + (4 + c) * step + k),
                  d = load<V>(from + (8 + c) * step + k), e = load<V>(from + (12 + c) * step + k);
          half[0][c] = a + b + d;
          half[1][c] = b - d - e;
        }
        for (std::int64_t y = 0; y < high; ++y) {
          const V pair[2] = {half[y][0] + half[y][1] + half[y][2], half[y][1] - half[y][2] - half[y][3]};
          for (std::int64_t c = 0; c < wide; ++c) {
            const std::int64_t pixel = (place.y + y) * s.width + place.x + c;
            store(out + (place.picture * s.height * s.width + pixel) * s.to + k,
                  finished(end, pair[c], s.to, place.picture, pixel, k, lanes_of<V>));
          }
        }
      });
    }
  }
};

/// One point of the tiles: m [lines][to] = v [lines][from] * u [from][to], for panels first .. last of u.
void multiply_point(const Shape& s, const float* v, const float* u, std::int64_t lines, std::int64_t first,
                    std::int64_t last, float* m) {
  for (std::int64_t panel = first; panel < last; ++panel) {
    const float* weights = u + panel * s.from * panel_width;
    const std::int64_t column = panel * panel_width, wide = std::min<std::int64_t>(panel_width, s.to - column);
    for (std::int64_t line = 0; line < lines; line += rows_at_once()) {
      const std::int64_t count = std::min<std::int64_t>(rows_at_once(), lines - line);
      const float* rows[most_block_rows];
      for (std::int64_t r = 0; r < count; ++r) rows[r] = v + (line + r) * s.from;
      multiply({.rows = rows, .depth = s.from, .panel = weights}, count, m + line * s.to + column, s.to, wide);
    }
  }
}

/// How many tiles are transformed, multiplied and transformed back at once: few enough for the cache, enough that the
/// weights are not read all too often.
std::int64_t tiles_at_once(const Shape& s) {
  const std::int64_t wanted = std::max<std::int64_t>(72, 6144 / (s.from + s.to));
  return wanted / most_block_rows * most_block_rows;
}

/// Few tiles of many channels: threads share the tiles and take panels of the weights.
void convolve_wide(const Tiles& tiles, const float* x, const float* style, const float* packed, const Epilogue& end,
                   float* out) {
  const Shape& s = tiles.shape;
  float* v = scratch(0, points * point_step(tiles.count, s.from));
  float* m = scratch(1, points * point_step(tiles.count, s.to));
  const std::int64_t panels = panels_of(s.to);
  parallel_for(0, tiles.count, 8, [&](std::int64_t begin, std::int64_t last) {
    on_this_processor<ReadTiles>(tiles, x, style, begin, last - begin, v, tiles.count, begin);
  });
  parallel_for(0, points * panels, 1, [&](std::int64_t begin, std::int64_t last) {
    for (std::int64_t i = begin; i < last;) {
      const std::int64_t point = i / panels, first = i % panels, until = std::min(panels, first + last - i);
      multiply_point(s, v + point * point_step(tiles.count, s.from), packed + point * panels * s.from * panel_width,
                     tiles.count, first, until, m + point * point_step(tiles.count, s.to));
      i += until - first;
    }
  });
  parallel_for(0, tiles.count, 8, [&](std::int64_t begin, std::int64_t last) {
    on_this_processor<WriteTiles>(tiles, m, tiles.count, begin, begin, last - begin, end, out);
  });
}

/// Many tiles: each thread takes its own through all steps.
void convolve_long(const Tiles& tiles, const float* x, const float* style, const float* packed, const Epilogue& end,
                   float* out) {
  const Shape& s = tiles.shape;
  const std::int64_t at_once = tiles_at_once(s), panels = panels_of(s.to);
  parallel_for(0, (tiles.count + at_once - 1) / at_once, 1, [&](std::int64_t begin, std::int64_t last) {
    float* v = scratch(0, points * point_step(at_once, s.from));
    float* m = scratch(1, points * point_step(at_once, s.to));
    for (std::int64_t i = begin; i < last; ++i) {
      const std::int64_t first = i * at_once, count = std::min(at_once, tiles.count - first);
      on_this_processor<ReadTiles>(tiles, x, style, first, count, v, count, 0);
      for (int point = 0; point < points; ++point)
        multiply_point(s, v + point * point_step(count, s.from), packed + point * panels * s.from * panel_width, count,
                       0, panels, m + point * point_step(count, s.to));
      on_this_processor<WriteTiles>(tiles, m, count, 0, first, count, end, out);
    }
  });
}

/// dy's tiles, spread by the transpose of the output's transform: w [16][lines][to].
struct ReadGradients {
  template <typename Widest>
  GANVAS_INLINE static void run(const Tiles& tiles, const float* dy, std::int64_t first, std::int64_t count, float* w,
                                std::int64_t lines, std::int64_t at) {
    const Shape& s = tiles.shape;
    const std::vector<float>& zeros = scratch_zeros(s.to);
    const std::int64_t step = point_step(lines, s.to);
    Tiles::Place place = tiles.place(first);
    for (std::int64_t i = 0; i < count; ++i, tiles.advance(place)) {
      const float* pixel[2][2];
      for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 2; ++x) {
          const bool inside = place.y + y < s.height && place.x + x < s.width;
          pixel[y][x] =
              inside ? dy + ((place.picture * s.height + place.y + y) * s.width + place.x + x) * s.to : zeros.data();
        }
      }
      float* to = w + (at + i) * s.to;
      over_channels<Widest>(s.to, [&](auto kind, std::int64_t k) GANVAS_INLINE {
        using V = typename decltype(kind)::type;
        V wide[2][4];
        for (int y = 0; y < 2; ++y) {
          const V a = load<V>(pixel[y][0] + k), b = load<V>(pixel[y][1] + k);
          wide[y][0] = a, wide[y][1] = a + b, wide[y][2] = a - b, wide[y][3] = -b;
        }
        for (int x = 0; x < 4; ++x) {
          const V a = wide[0][x], b = wide[1][x];
          store(to + x * step + k, a);
          store<V>(to + (4 + x) * step + k, a + b);
          store<V>(to + (8 + x) * step + k, a - b);
          store<V>(to + (12 + x) * step + k, -b);
        }
      });
    }
  }
};

/// sum [from][to] += the products of v [lines][from] and w [lines][to], rows first .. last of it.
void add_point(const Shape& s, const float* v, const float* w, std::int64_t lines, std::int64_t first,
               std::int64_t last, float* sum) {
  constexpr std::int64_t at_once = 128;
  for (std::int64_t line = 0; line < lines; line += at_once) {
    const std::int64_t count = std::min(at_once, lines - line);
    const float* samples[at_once];
    for (std::int64_t k = 0; k < count; ++k) samples[k] = v + (line + k) * s.from;
    add_products(samples, w + line * s.to, count, first, last, s.to, sum);
  }
}

/// The kernel's four points along an axis from its three taps: G g.
GANVAS_INLINE inline void spread_taps(Float8 a, Float8 b, Float8 c, Float8 (&out)[4]) {
  const Float8 half = splat<Float8>(0.5F);
  out[0] = a, out[1] = (a + b + c) * half, out[2] = (a - b + c) * half, out[3] = c;
}

/// G^T of four points.
std::array<float, 3> gathered_taps(float a, float b, float c, float d) {
  return {a + (b + c) * 0.5F, (b - c) * 0.5F, (b + c) * 0.5F + d};
}

}  // namespace

std::int64_t packed_size(std::int64_t from, std::int64_t to) {
  return points * panels_of(to) * panel_width * from;
}

void pack(const float* weight, const WeightSteps& steps, std::int64_t from, std::int64_t to, bool flip, float* packed) {
  const std::int64_t panels = panels_of(to), step = panels * from * panel_width;
  parallel_for(0, panels * from, 64, [&](std::int64_t begin, std::int64_t last) {
    for (std::int64_t i = begin; i < last; ++i) {
      const std::int64_t panel = i / from, channel = i % from;
      float* line = packed + i * panel_width;
      float taps[9][panel_width] = {};
      const std::int64_t lanes = std::min<std::int64_t>(panel_width, to - panel * panel_width);
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        const float* w = weight + (panel * panel_width + lane) * steps.to + channel * steps.from;
        for (int t = 0; t < 9; ++t) taps[flip ? 8 - t : t][lane] = w[t / 3 * steps.y + t % 3 * steps.x];
      }
      for (int half = 0; half < panel_width; half += 8) {
        Float8 wide[3][4], column[4];
        for (int y = 0; y < 3; ++y)
          spread_taps(load<Float8>(taps[3 * y] + half), load<Float8>(taps[3 * y + 1] + half),
                      load<Float8>(taps[3 * y + 2] + half), wide[y]);
        for (int x = 0; x < 4; ++x) {
          spread_taps(wide[0][x], wide[1][x], wide[2][x], column);
          for (int y = 0; y < 4; ++y) store(line + (y * 4 + x) * step + half, column[y]);
        }
      }
    }
  });
}

void convolve(const Shape& shape, const float* x, const float* style, const float* packed, const Epilogue& end,
              float* out) {
  const Tiles tiles(shape);
  if (tiles.count < 4 * tiles_at_once(shape) && shape.from + shape.to >= 256) {
    convolve_wide(tiles, x, style, packed, end, out);
  } else {
    convolve_long(tiles, x, style, packed, end, out);
  }
}

namespace {

/// The gradient's points summed over all tiles, sum [16][from][to]: threads share the tiles of a part and take points.
void sum_points_wide(const Tiles& tiles, const float* x, const float* style, const float* dy, float* sum) {
  const Shape& s = tiles.shape;
  const std::int64_t at_once = std::min(tiles.count, std::max<std::int64_t>(128, 65536 / (s.from + s.to)));
  float* v = scratch(0, points * point_step(at_once, s.from));
  float* w = scratch(1, points * point_step(at_once, s.to));
  std::fill_n(sum, points * s.from * s.to, 0.0F);
  const std::int64_t groups = (s.from + 47) / 48;
  for (std::int64_t first = 0; first < tiles.count; first += at_once) {
    const std::int64_t count = std::min(at_once, tiles.count - first);
    parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t last) {
      on_this_processor<ReadTiles>(tiles, x, style, first + begin, last - begin, v, count, begin);
      on_this_processor<ReadGradients>(tiles, dy, first + begin, last - begin, w, count, begin);
    });
    parallel_for(0, points * groups, 1, [&](std::int64_t begin, std::int64_t last) {
      for (std::int64_t i = begin; i < last; ++i) {
        const std::int64_t point = i / groups, row = i % groups * 48;
        add_point(s, v + point * point_step(count, s.from), w + point * point_step(count, s.to), count, row,
                  std::min(s.from, row + 48), sum + point * s.from * s.to);
      }
    });
  }
}

/// The same for few channels: each thread takes parts of the tiles through all steps, and each part has sums of its
/// own. The parts depend on the shape alone.
void sum_points_long(const Tiles& tiles, const float* x, const float* style, const float* dy, float* sum) {
  const Shape& s = tiles.shape;
  const std::int64_t size = points * s.from * s.to;
  const std::int64_t at_once = std::max<std::int64_t>(32, 2048 / (s.from + s.to));
  const std::int64_t parts = std::clamp<std::int64_t>(tiles.count / (4 * at_once), 1, 16);
  float* sums = scratch(3, parts * size);
  parallel_for(0, parts, 1, [&](std::int64_t begin, std::int64_t last) {
    float* v = scratch(0, points * point_step(at_once, s.from));
    float* w = scratch(1, points * point_step(at_once, s.to));
    for (std::int64_t part = begin; part < last; ++part) {
      float* own = sums + part * size;
      std::fill_n(own, size, 0.0F);
      const std::int64_t until = (part + 1) * tiles.count / parts;
      for (std::int64_t first = part * tiles.count / parts; first < until; first += at_once) {
        const std::int64_t count = std::min(at_once, until - first);
        on_this_processor<ReadTiles>(tiles, x, style, first, count, v, count, 0);
        on_this_processor<ReadGradients>(tiles, dy, first, count, w, count, 0);
        for (int point = 0; point < points; ++point)
          add_point(s, v + point * point_step(count, s.from), w + point * point_step(count, s.to), count, 0, s.from,
                    own + point * s.from * s.to);
      }
    }
  });
  std::copy_n(sums, size, sum);
  for (std::int64_t part = 1; part < parts; ++part)
    for (std::int64_t i = 0; i < size; ++i) sum[i] += sums[part * size + i];
}

}  // namespace

void weight_gradient(const Shape& s, const float* x, const float* style, const float* dy, float* gradient) {
  const Tiles tiles(s);
  float* sum = scratch(2, points * s.from * s.to);
  s.from* s.to <= 4096 ? sum_points_long(tiles, x, style, dy, sum) : sum_points_wide(tiles, x, style, dy, sum);
  parallel_for(0, s.to, 8, [&](std::int64_t begin, std::int64_t last) {
    for (std::int64_t to = begin; to < last; ++to) {
      for (std::int64_t from = 0; from < s.from; ++from) {
        const auto at = [&](int p) { return sum[(p * s.from + from) * s.to + to]; };
        std::array<std::array<float, 4>, 3> rows{};
        for (int c = 0; c < 4; ++c) {
          const auto column = gathered_taps(at(c), at(4 + c), at(8 + c), at(12 + c));
          for (int y = 0; y < 3; ++y) rows[y][c] = column[y];
        }
        float* out = gradient + (to * s.from + from) * 9;
        for (int y = 0; y < 3; ++y) {
          const auto taps = gathered_taps(rows[y][0], rows[y][1], rows[y][2], rows[y][3]);
          std::copy(taps.begin(), taps.end(), out + 3 * y);
        }
      }
    }
  });
}

}  // namespace ganvas::ops::winograd
GANVAS_VECTOR_END
