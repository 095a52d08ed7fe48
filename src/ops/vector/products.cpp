#include "ops/vector/products.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace ganvas::ops {
namespace {

// What is inlined below takes the instructions of the function that it is inlined into: a vector of sixteen is one
// register with AVX-512 and two with AVX2.
#define GANVAS_INLINE [[gnu::always_inline]] inline

using Float16 [[gnu::vector_size(64)]] = float;

GANVAS_INLINE void load(Float16& v, const float* from, std::int64_t count) {
  if (count >= panel_width) {
    std::memcpy(&v, from, sizeof v);
  } else {
    v = Float16{};
    std::memcpy(&v, from, static_cast<std::size_t>(count) * sizeof(float));
  }
}

GANVAS_INLINE void store(float* to, const Float16& v, std::int64_t count) {
  std::memcpy(to, &v, static_cast<std::size_t>(std::min<std::int64_t>(count, panel_width)) * sizeof(float));
}

/// Deep: how many terms of a row are read at a time; with more than one, an address is read once for all of them, but
/// their lines take registers.
template <int R, int Deep>
GANVAS_INLINE void multiply_rows(const Product& product, float* out, std::int64_t step, std::int64_t wide) {
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
      Float16 line;
      std::memcpy(&line, panel, sizeof line);
      for (int r = 0; r < R; ++r) sum[r] += row[r][k] * line;
    }
  }
  if (wide == panel_width) {
    for (int r = 0; r < R; ++r) std::memcpy(out + r * step, &sum[r], sizeof sum[r]);
  } else {
    for (int r = 0; r < R; ++r) store(out + r * step, sum[r], wide);
  }
}

template <int Most, int Deep>
GANVAS_INLINE void multiply_on(const Product& product, std::int64_t count, float* out, std::int64_t step,
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
GANVAS_INLINE void add_block(const Lines& lines, std::int64_t row, std::int64_t column, float* sums) {
  const std::int64_t wide = Whole ? panel_width : lines.columns - column;
  Float16 sum[R] = {};
  const float* b = lines.w + column;
  for (std::int64_t line = 0; line < lines.count; ++line, b += lines.columns) {
    Float16 value;
    load(value, b, wide);
    const float* a = lines.samples[line] + row;
    for (int r = 0; r < R; ++r) sum[r] += a[r] * value;
  }
  for (int r = 0; r < R; ++r) {
    float* to = sums + (row + r) * lines.columns + column;
    Float16 before;
    load(before, to, wide);
    before += sum[r];
    store(to, before, wide);
  }
}

template <int R>
GANVAS_INLINE void add_rows(const Lines& lines, std::int64_t row, float* sums) {
  std::int64_t column = 0;
  for (; column + panel_width <= lines.columns; column += panel_width) add_block<R, true>(lines, row, column, sums);
  if (column < lines.columns) add_block<R, false>(lines, row, column, sums);
}

/// Rows row .. row + count, at most Most of them.
template <int Most>
GANVAS_INLINE void add_rows_on(const Lines& lines, std::int64_t row, std::int64_t count, float* sums) {
  if constexpr (Most > 1) {
    if (count < Most) return add_rows_on<Most - 1>(lines, row, count, sums);
  }
  add_rows<Most>(lines, row, sums);
}

template <int Most>
GANVAS_INLINE void add_products_on(const Lines& lines, std::int64_t first, std::int64_t last, float* sums) {
  for (std::int64_t row = first; row < last; row += Most)
    add_rows_on<Most>(lines, row, std::min<std::int64_t>(Most, last - row), sums);
}

/// The loops as one kind of processor runs them.
struct Loops {
  int rows;
  void (*multiply)(const Product&, std::int64_t, float*, std::int64_t, std::int64_t);
  void (*add_products)(const Lines&, std::int64_t, std::int64_t, float*);
};

#if defined(__x86_64__)
#define GANVAS_FOR(features) __attribute__((target(features)))
#else
#define GANVAS_FOR(features)
#endif

GANVAS_FOR("avx2,fma")
void multiply_6(const Product& product, std::int64_t count, float* out, std::int64_t step, std::int64_t wide) {
  multiply_on<6, 1>(product, count, out, step, wide);
}
GANVAS_FOR("avx2,fma")
void add_products_6(const Lines& lines, std::int64_t first, std::int64_t last, float* sums) {
  add_products_on<6>(lines, first, last, sums);
}
GANVAS_FOR("avx512f")
void multiply_12(const Product& product, std::int64_t count, float* out, std::int64_t step, std::int64_t wide) {
  multiply_on<12, 4>(product, count, out, step, wide);
}
GANVAS_FOR("avx512f")
void add_products_12(const Lines& lines, std::int64_t first, std::int64_t last, float* sums) {
  add_products_on<12>(lines, first, last, sums);
}

Loops chosen() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return {12, multiply_12, add_products_12};
#endif
  return {6, multiply_6, add_products_6};
}

const Loops loops = chosen();

}  // namespace

int rows_at_once() {
  return loops.rows;
}

void multiply(const Product& product, std::int64_t count, float* out, std::int64_t step, std::int64_t wide) {
  loops.multiply(product, count, out, step, wide);
}

void add_products(const float* const* samples, const float* w, std::int64_t lines, std::int64_t first,
                  std::int64_t last, std::int64_t columns, float* sums) {
  loops.add_products({samples, w, lines, columns}, first, last, sums);
}

}  // namespace ganvas::ops
