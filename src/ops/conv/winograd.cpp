#include "ops/conv/winograd.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <vector>

#include "ops/vector/block.h"
#include "ops/vector/scratch.h"

GANVAS_VECTOR_BEGIN
namespace ganvas::ops::winograd {
namespace {

constexpr int points = 16;  // of a 4 x 4 tile

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
};

/// d [4][4] -> B^T d B.
[[gnu::always_inline]] inline void transform_input(Float8 (&d)[4][4]) {
  for (int i = 0; i < 4; ++i) {
    const Float8 a = d[0][i] - d[2][i], b = d[1][i] + d[2][i], c = d[2][i] - d[1][i], e = d[1][i] - d[3][i];
    d[0][i] = a, d[1][i] = b, d[2][i] = c, d[3][i] = e;
  }
  for (int i = 0; i < 4; ++i) {
    const Float8 a = d[i][0] - d[i][2], b = d[i][1] + d[i][2], c = d[i][2] - d[i][1], e = d[i][1] - d[i][3];
    d[i][0] = a, d[i][1] = b, d[i][2] = c, d[i][3] = e;
  }
}

/// Tiles first .. first + count of x, scaled and transformed: v [16][line][from], the tiles from line `at` on.
void read_tiles(const Tiles& tiles, const float* x, const float* style, std::int64_t first, std::int64_t count,
                float* v, std::int64_t lines, std::int64_t at) {
  const Shape& s = tiles.shape;
  const std::vector<float>& zeros = scratch_zeros(s.from);
  for (std::int64_t i = 0; i < count; ++i) {
    const Tiles::Place place = tiles.place(first + i);
    const float* corner[4][4];
    for (int y = 0; y < 4; ++y) {
      for (int c = 0; c < 4; ++c) {
        const std::int64_t py = place.y + y - 1, px = place.x + c - 1;
        const bool inside = py >= 0 && py < s.height && px >= 0 && px < s.width;
        corner[y][c] = inside ? x + ((place.picture * s.height + py) * s.width + px) * s.from : zeros.data();
      }
    }
    float* to = v + (at + i) * s.from;
    const std::int64_t step = lines * s.from;
    for (std::int64_t k = 0; k < s.from; k += 8) {
      Float8 d[4][4];
      for (int y = 0; y < 4; ++y)
        for (int c = 0; c < 4; ++c) d[y][c] = load8(corner[y][c] + k);
      if (style != nullptr) {
        const Float8 scale = load8(style + place.picture * s.from + k);
        for (auto& row : d)
          for (auto& value : row) value *= scale;
      }
      transform_input(d);
      for (int p = 0; p < points; ++p) store8(to + p * step + k, d[p / 4][p % 4]);
    }
  }
}

/// m [16][lines][to], from line `at` on -> A^T m A, finished, into out.
void write_tiles(const Tiles& tiles, const float* m, std::int64_t lines, std::int64_t at, std::int64_t first,
                 std::int64_t count, const Epilogue& end, float* out) {
  const Shape& s = tiles.shape;
  const std::int64_t step = lines * s.to;
  for (std::int64_t i = 0; i < count; ++i) {
    const Tiles::Place place = tiles.place(first + i);
    const std::int64_t high = std::min<std::int64_t>(2, s.height - place.y);
    const std::int64_t wide = std::min<std::int64_t>(2, s.width - place.x);
    const float* from = m + (at + i) * s.to;
    for (std::int64_t k = 0; k < s.to; k += 8) {
      Float8 half[2][4];
      for (int c = 0; c < 4; ++c) {
        const Float8 a = load8(from + c * step + k), b = load8(from + (4 + c) * step + k),
                     d = load8(from + (8 + c) * step + k), e = load8(from + (12 + c) * step + k);
        half[0][c] = a + b + d;
        half[1][c] = b - d - e;
      }
      for (std::int64_t y = 0; y < high; ++y) {
        const Float8 pair[2] = {half[y][0] + half[y][1] + half[y][2], half[y][1] - half[y][2] - half[y][3]};
        for (std::int64_t c = 0; c < wide; ++c) {
          const std::int64_t pixel = (place.y + y) * s.width + place.x + c;
          store8(out + (place.picture * s.height * s.width + pixel) * s.to + k,
                 finished(end, pair[c], s.to, place.picture, pixel, k, 8));
        }
      }
    }
  }
}

/// One point of the tiles: m [lines][to] = v [lines][from] * u [from][to], for panels first .. last of u.
void multiply_point(const Shape& s, const float* v, const float* u, std::int64_t lines, std::int64_t first,
                    std::int64_t last, float* m) {
  for (std::int64_t panel = first; panel < last; ++panel) {
    const float* weights = u + panel * s.from * panel_width;
    const std::int64_t column = panel * panel_width, wide = std::min<std::int64_t>(panel_width, s.to - column);
    for (std::int64_t line = 0; line < lines; line += block_rows) {
      with_rows(std::min<std::int64_t>(block_rows, lines - line), [&](auto height) {
        constexpr int R = height;
        const float* rows[R];
        for (int r = 0; r < R; ++r) rows[r] = v + (line + r) * s.from;
        Block<R> block{};
        multiply<R>(block, rows, R, 1, s.from, weights);
        for (int r = 0; r < R; ++r) {
          float* to = m + (line + r) * s.to + column;
          store8(to, block.sum[r][0]);
          if (wide > 8) store8(to + 8, block.sum[r][1]);
        }
      });
    }
  }
}

/// How many tiles are transformed, multiplied and transformed back at once: few enough for the cache, enough that the
/// weights are not read all too often.
std::int64_t tiles_at_once(const Shape& s) {
  const std::int64_t wanted = std::max<std::int64_t>(72, 12288 / (s.from + s.to));
  return wanted / block_rows * block_rows;
}

/// Few tiles of many channels: threads share the tiles and take panels of the weights.
void convolve_wide(const Tiles& tiles, const float* x, const float* style, const float* packed, const Epilogue& end,
                   float* out) {
  const Shape& s = tiles.shape;
  float* v = scratch(0, points * tiles.count * s.from);
  float* m = scratch(1, points * tiles.count * s.to);
  const std::int64_t panels = panels_of(s.to);
  at::parallel_for(0, tiles.count, 8, [&](std::int64_t begin, std::int64_t last) {
    read_tiles(tiles, x, style, begin, last - begin, v, tiles.count, begin);
  });
  at::parallel_for(0, points * panels, 1, [&](std::int64_t begin, std::int64_t last) {
    for (std::int64_t i = begin; i < last;) {
      const std::int64_t point = i / panels, first = i % panels, until = std::min(panels, first + last - i);
      multiply_point(s, v + point * tiles.count * s.from, packed + point * panels * s.from * panel_width, tiles.count,
                     first, until, m + point * tiles.count * s.to);
      i += until - first;
    }
  });
  at::parallel_for(0, tiles.count, 8, [&](std::int64_t begin, std::int64_t last) {
    write_tiles(tiles, m, tiles.count, begin, begin, last - begin, end, out);
  });
}

/// Many tiles: each thread takes its own through all steps.
void convolve_long(const Tiles& tiles, const float* x, const float* style, const float* packed, const Epilogue& end,
                   float* out) {
  const Shape& s = tiles.shape;
  const std::int64_t at_once = tiles_at_once(s), panels = panels_of(s.to);
  at::parallel_for(0, (tiles.count + at_once - 1) / at_once, 1, [&](std::int64_t begin, std::int64_t last) {
    float* v = scratch(0, points * at_once * s.from);
    float* m = scratch(1, points * at_once * s.to);
    for (std::int64_t i = begin; i < last; ++i) {
      const std::int64_t first = i * at_once, count = std::min(at_once, tiles.count - first);
      read_tiles(tiles, x, style, first, count, v, count, 0);
      for (int point = 0; point < points; ++point)
        multiply_point(s, v + point * count * s.from, packed + point * panels * s.from * panel_width, count, 0, panels,
                       m + point * count * s.to);
      write_tiles(tiles, m, count, 0, first, count, end, out);
    }
  });
}

/// dy's tiles, spread by the transpose of the output's transform: w [16][lines][to].
void read_gradients(const Tiles& tiles, const float* dy, std::int64_t first, std::int64_t count, float* w,
                    std::int64_t lines, std::int64_t at) {
  const Shape& s = tiles.shape;
  const std::vector<float>& zeros = scratch_zeros(s.to);
  for (std::int64_t i = 0; i < count; ++i) {
    const Tiles::Place place = tiles.place(first + i);
    const float* pixel[2][2];
    for (int y = 0; y < 2; ++y) {
      for (int x = 0; x < 2; ++x) {
        const bool inside = place.y + y < s.height && place.x + x < s.width;
        pixel[y][x] =
            inside ? dy + ((place.picture * s.height + place.y + y) * s.width + place.x + x) * s.to : zeros.data();
      }
    }
    float* to = w + (at + i) * s.to;
    const std::int64_t step = lines * s.to;
    for (std::int64_t k = 0; k < s.to; k += 8) {
      Float8 wide[2][4];
      for (int y = 0; y < 2; ++y) {
        const Float8 a = load8(pixel[y][0] + k), b = load8(pixel[y][1] + k);
        wide[y][0] = a, wide[y][1] = a + b, wide[y][2] = a - b, wide[y][3] = -b;
      }
      for (int x = 0; x < 4; ++x) {
        const Float8 a = wide[0][x], b = wide[1][x];
        store8(to + x * step + k, a);
        store8(to + (4 + x) * step + k, a + b);
        store8(to + (8 + x) * step + k, a - b);
        store8(to + (12 + x) * step + k, -b);
      }
    }
  }
}

/// The kernel's four points along an axis from its three taps: G g.
std::array<float, 4> spread_taps(float a, float b, float c) {
  return {a, (a + b + c) * 0.5F, (a - b + c) * 0.5F, c};
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
  const std::int64_t panels = panels_of(to), point_step = panels * from * panel_width;
  at::parallel_for(0, panels * from, 64, [&](std::int64_t begin, std::int64_t last) {
    for (std::int64_t i = begin; i < last; ++i) {
      const std::int64_t panel = i / from, channel = i % from;
      float* line = packed + i * panel_width;
      for (std::int64_t lane = 0; lane < panel_width; ++lane) {
        const std::int64_t output = panel * panel_width + lane;
        const float* w = weight + output * steps.to + channel * steps.from;
        std::array<std::array<float, 4>, 3> wide{};
        if (output < to) {
          const auto at = [&](int y, int x) {
            return flip ? w[(2 - y) * steps.y + (2 - x) * steps.x] : w[y * steps.y + x * steps.x];
          };
          for (int y = 0; y < 3; ++y) wide[y] = spread_taps(at(y, 0), at(y, 1), at(y, 2));
        }
        for (int x = 0; x < 4; ++x) {
          const std::array<float, 4> column = spread_taps(wide[0][x], wide[1][x], wide[2][x]);
          for (int y = 0; y < 4; ++y) line[(y * 4 + x) * point_step + lane] = column[y];
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

void weight_gradient(const Shape& s, const float* x, const float* dy, float* gradient) {
  const Tiles tiles(s);
  const std::int64_t at_once = std::min(tiles.count, std::max<std::int64_t>(128, 65536 / (s.from + s.to)));
  float* v = scratch(0, points * at_once * s.from);
  float* w = scratch(1, points * at_once * s.to);
  float* sum = scratch(2, points * s.from * s.to);
  std::fill_n(sum, points * s.from * s.to, 0.0F);
  const std::int64_t groups = (s.from + 47) / 48;
  for (std::int64_t first = 0; first < tiles.count; first += at_once) {
    const std::int64_t count = std::min(at_once, tiles.count - first);
    at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t last) {
      read_tiles(tiles, x, nullptr, first + begin, last - begin, v, count, begin);
      read_gradients(tiles, dy, first + begin, last - begin, w, count, begin);
    });
    at::parallel_for(0, points * groups, 1, [&](std::int64_t begin, std::int64_t last) {
      for (std::int64_t i = begin; i < last; ++i) {
        const std::int64_t point = i / groups, row = i % groups * 48;
        for (std::int64_t line = 0; line < count; line += 128) {
          const std::int64_t lines = std::min<std::int64_t>(128, count - line);
          const float* samples[128];
          for (std::int64_t k = 0; k < lines; ++k) samples[k] = v + (point * count + line + k) * s.from;
          add_products(samples, w + (point * count + line) * s.to, lines, row, std::min(s.from, row + 48), s.to,
                       sum + point * s.from * s.to);
        }
      }
    });
  }
  at::parallel_for(0, s.to, 8, [&](std::int64_t begin, std::int64_t last) {
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
