#include "ops/vector/products.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "ops/vector/vectors.h"

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {
namespace {

// All vectors here are of sixteen: one register with AVX-512, two with AVX2.

template <typename Widest>
constexpr int rows_with = lanes_of<Widest> == 16 ? 12 : 6;

/// Deep: how many terms of a row are read at a time; with more than one, an address is read once for all of them, but
/// their lines take registers.
template <int R, int Deep>
GANVAS_INLINE inline void multiply_rows(const Product& product, float* out, std::int64_t step, std::int64_t wide) {
  Float16 sum[R] = {};
  const float* panel = product.panel;
  for (int tap = 0; tap < product.taps; ++tap) {
    const float* row[R];
    for (int r = 0; r < R; ++r) row[r] = product.rows[tap * product.row_step + r];
    std::int64_t k = 0;
    for (; k + Deep <= product.depth; k += Deep, panel += std::ptrdiff_t{Deep} * panel_width) {
      Float16 lines[Deep];
      std::memcpy(&lines, panel, sizeof lines);
      for (int r = 0; r < R; ++r) {
        const float* a = row[r] + k;
        for (int i = 0; i < Deep; ++i) sum[r] += a[i] * lines[i];
      }
    }
    for (; k < product.depth; ++k, panel += panel_width) {
      const auto line = load<Float16>(panel);
      for (int r = 0; r < R; ++r) sum[r] += row[r][k] * line;
    }
  }
  if (wide == panel_width) {
    for (int r = 0; r < R; ++r) store(out + r * step, sum[r]);
  } else {
    for (int r = 0; r < R; ++r) store_some(out + r * step, sum[r], wide);
  }
}

template <int Most, int Deep>
GANVAS_INLINE inline void multiply_on(const Product& product, std::int64_t count, float* out, std::int64_t step,
                                      std::int64_t wide) {
  if constexpr (Most > 1) {
    if (count < Most) return multiply_on<Most - 1, Deep>(product, count, out, step, wide);
  }
  multiply_rows<Most, Deep>(product, out, step, wide);
}

struct Lines {
  const float* const* samples;
  const float* w;
  std::int64_t count, columns;
};

template <int R, bool Whole>
GANVAS_INLINE inline void add_block(const Lines& lines, std::int64_t row, std::int64_t column, float* sums) {
  const std::int64_t wide = Whole ? panel_width : lines.columns - column;
  Float16 sum[R] = {};
  const float* b = lines.w + column;
  for (std::int64_t line = 0; line < lines.count; ++line, b += lines.columns) {
    const auto value = load_some<Float16>(b, wide);
    const float* a = lines.samples[line] + row;
    for (int r = 0; r < R; ++r) sum[r] += a[r] * value;
  }
  for (int r = 0; r < R; ++r) {
    float* to = sums + (row + r) * lines.columns + column;
    store_some<Float16>(to, load_some<Float16>(to, wide) + sum[r], wide);
  }
}

template <int R>
GANVAS_INLINE inline void add_rows(const Lines& lines, std::int64_t row, float* sums) {
  std::int64_t column = 0;
  for (; column + panel_width <= lines.columns; column += panel_width) add_block<R, true>(lines, row, column, sums);
  if (column < lines.columns) add_block<R, false>(lines, row, column, sums);
}

/// Rows row .. row + count, at most Most of them.
template <int Most>
GANVAS_INLINE inline void add_rows_on(const Lines& lines, std::int64_t row, std::int64_t count, float* sums) {
  if constexpr (Most > 1) {
    if (count < Most) return add_rows_on<Most - 1>(lines, row, count, sums);
  }
  add_rows<Most>(lines, row, sums);
}

struct Multiply {
  template <typename Widest>
  GANVAS_INLINE static void run(const Product& product, std::int64_t count, float* out, std::int64_t step,
                                std::int64_t wide) {
    multiply_on<rows_with<Widest>, lanes_of<Widest> == 16 ? 4 : 1>(product, count, out, step, wide);
  }
};

struct AddProducts {
  template <typename Widest>
  GANVAS_INLINE static void run(const Lines& lines, std::int64_t first, std::int64_t last, float* sums) {
    constexpr int most = rows_with<Widest>;
    for (std::int64_t row = first; row < last; row += most)
      add_rows_on<most>(lines, row, std::min<std::int64_t>(most, last - row), sums);
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
