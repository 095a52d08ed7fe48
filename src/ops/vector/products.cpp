#include "ops/vector/products.h"

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "ops/vector/vectors.h"

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {
namespace {

// A row has sixteen sums: one register with AVX-512, two with AVX2. Each is a variable of the processor's own size, for
// compilers keep only those in registers.

template <typename V>
constexpr int rows_with = lanes_of<V> == 16 ? 12 : 6;

template <typename V>
constexpr int vectors_of_panel = panel_width / lanes_of<V>;

/// Deep: how many terms of a row are read at a time; with more than one, an address is read once for all of them, but
/// their lines take registers.
template <typename V, int R, int Deep>
GANVAS_INLINE inline void multiply_rows(const Product& product, float* out, std::int64_t step, std::int64_t wide) {
  constexpr int vectors = vectors_of_panel<V>;
  V sum[R][vectors] = {};
  const float* panel = product.panel;
  const auto add_lines = [&](const float* const(&row)[R], std::int64_t k, auto deep) GANVAS_INLINE {
    V lines[deep][vectors];
    for (int i = 0; i < deep; ++i)
      for (int v = 0; v < vectors; ++v) lines[i][v] = load<V>(panel + i * panel_width + v * lanes_of<V>);
    for (int r = 0; r < R; ++r) {
      const float* a = row[r] + k;
      for (int i = 0; i < deep; ++i)
        for (int v = 0; v < vectors; ++v) sum[r][v] += a[i] * lines[i][v];
    }
    panel += std::ptrdiff_t{deep} * panel_width;
  };
  for (int tap = 0; tap < product.taps; ++tap) {
    const float* row[R];
    for (int r = 0; r < R; ++r) row[r] = product.rows[tap * product.row_step + r];
    std::int64_t k = 0;
    for (; k + Deep <= product.depth; k += Deep) add_lines(row, k, std::integral_constant<int, Deep>());
    for (; k < product.depth; ++k) add_lines(row, k, std::integral_constant<int, 1>());
  }
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < vectors; ++v) {
      const std::int64_t lane = v * lanes_of<V>;
      if (lane < wide) store_some(out + r * step + lane, sum[r][v], wide - lane);
    }
  }
}

template <typename V, int Most, int Deep>
GANVAS_INLINE inline void multiply_on(const Product& product, std::int64_t count, float* out, std::int64_t step,
                                      std::int64_t wide) {
  if constexpr (Most > 1) {
    if (count < Most) return multiply_on<V, Most - 1, Deep>(product, count, out, step, wide);
  }
  multiply_rows<V, Most, Deep>(product, out, step, wide);
}

struct Lines {
  const float* const* samples;
  const float* w;
  std::int64_t count, columns;
};

template <typename V, int R, bool Whole>
GANVAS_INLINE inline void add_block(const Lines& lines, std::int64_t row, std::int64_t column, float* sums) {
  constexpr int vectors = Whole ? vectors_of_panel<V> : 1;
  const std::int64_t wide = Whole ? panel_width : std::min<std::int64_t>(lanes_of<V>, lines.columns - column);
  V sum[R][vectors] = {};
  const float* b = lines.w + column;
  for (std::int64_t line = 0; line < lines.count; ++line, b += lines.columns) {
    const float* a = lines.samples[line] + row;
    V values[vectors];
    for (int v = 0; v < vectors; ++v) values[v] = Whole ? load<V>(b + v * lanes_of<V>) : load_some<V>(b, wide);
    for (int r = 0; r < R; ++r)
      for (int v = 0; v < vectors; ++v) sum[r][v] += a[r] * values[v];
  }
  for (int r = 0; r < R; ++r) {
    float* to = sums + (row + r) * lines.columns + column;
    for (int v = 0; v < vectors; ++v, to += lanes_of<V>) store_some<V>(to, load_some<V>(to, wide) + sum[r][v], wide);
  }
}

template <typename V, int R>
GANVAS_INLINE inline void add_rows(const Lines& lines, std::int64_t row, float* sums) {
  std::int64_t column = 0;
  for (; column + panel_width <= lines.columns; column += panel_width) add_block<V, R, true>(lines, row, column, sums);
  for (; column < lines.columns; column += lanes_of<V>) add_block<V, R, false>(lines, row, column, sums);
}

/// Rows row .. row + count, at most Most of them.
template <typename V, int Most>
GANVAS_INLINE inline void add_rows_on(const Lines& lines, std::int64_t row, std::int64_t count, float* sums) {
  if constexpr (Most > 1) {
    if (count < Most) return add_rows_on<V, Most - 1>(lines, row, count, sums);
  }
  add_rows<V, Most>(lines, row, sums);
}

struct Multiply {
  template <typename Widest>
  GANVAS_INLINE static void run(const Product& product, std::int64_t count, float* out, std::int64_t step,
                                std::int64_t wide) {
    multiply_on<Widest, rows_with<Widest>, lanes_of<Widest> == 16 ? 4 : 1>(product, count, out, step, wide);
  }
};

struct AddProducts {
  template <typename Widest>
  GANVAS_INLINE static void run(const Lines& lines, std::int64_t first, std::int64_t last, float* sums) {
    constexpr int most = rows_with<Widest>;
    for (std::int64_t row = first; row < last; row += most)
      add_rows_on<Widest, most>(lines, row, std::min<std::int64_t>(most, last - row), sums);
  }
};

}  // namespace

int rows_at_once() {
  return has_wide_vector_unit() ? rows_with<Float16> : rows_with<Float8>;
}

void multiply(const Product& product, std::int64_t count, float* out, std::int64_t step, std::int64_t wide) {
  on_this_processor<Multiply>(product, count, out, step, wide);
}

void add_products(const float* const* samples, const float* w, std::int64_t lines, std::int64_t first,
                  std::int64_t last, std::int64_t columns, float* sums) {
  on_this_processor<AddProducts>(Lines{samples, w, lines, columns}, first, last, sums);
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
