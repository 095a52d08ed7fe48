#pragma once
// The innermost loops: up to six rows times a panel of sixteen columns, kept in registers.

#include <algorithm>
#include <type_traits>

#include "ops/vector/vector8.h"

namespace ganvas::ops {

constexpr int block_rows = 6, panel_width = 16;

constexpr std::int64_t panels_of(std::int64_t columns) {
  return (columns + panel_width - 1) / panel_width;
}

/// Calls use() with `rows`, 1 to 6, as a constant.
template <typename Use>
inline void with_rows(std::int64_t rows, const Use& use) {
  switch (rows) {
    case 1:
      return use(std::integral_constant<int, 1>{});
    case 2:
      return use(std::integral_constant<int, 2>{});
    case 3:
      return use(std::integral_constant<int, 3>{});
    case 4:
      return use(std::integral_constant<int, 4>{});
    case 5:
      return use(std::integral_constant<int, 5>{});
    default:
      return use(std::integral_constant<int, 6>{});
  }
}

}  // namespace ganvas::ops

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {

template <int R>
struct Block {
  Float8 sum[R][2];
};

/// sum += for each tap: rows[tap * row_step + r][0..depth) times the panel's next `depth` lines of sixteen.
template <int R>
[[gnu::always_inline]] inline void multiply(Block<R>& block, const float* const* rows, std::int64_t row_step, int taps,
                                            std::int64_t depth, const float* panel) {
  Block<R> own = block;  // nobody else knows its address, so it stays in registers
  for (int tap = 0; tap < taps; ++tap) {
    const float* row[R];
    for (int r = 0; r < R; ++r) row[r] = rows[tap * row_step + r];
    for (std::int64_t k = 0; k < depth; ++k) {
      const Float8 left = load8(panel), right = load8(panel + 8);
      panel += panel_width;
      for (int r = 0; r < R; ++r) {
        const Float8 a = splat8(row[r][k]);
        own.sum[r][0] += a * left;
        own.sum[r][1] += a * right;
      }
    }
  }
  block = own;
}

/// sums [rows][columns] += for each line: samples[line][row] * w[line][column], for rows first .. last.
inline void add_products(const float* const* samples, const float* w, std::int64_t lines, std::int64_t first,
                         std::int64_t last, std::int64_t columns, float* sums) {
  for (std::int64_t row = first; row < last; row += block_rows) {
    with_rows(std::min<std::int64_t>(block_rows, last - row), [&](auto height) {
      constexpr int R = height;
      for (std::int64_t column = 0; column < columns; column += panel_width) {
        const std::int64_t wide = columns - column;
        Block<R> block{};
        const auto add = [&](const auto& left_of, const auto& right_of) {
          const float* b = w + column;
          for (std::int64_t line = 0; line < lines; ++line, b += columns) {
            const Float8 left = left_of(b), right = right_of(b);
            const float* a = samples[line] + row;
            for (int r = 0; r < R; ++r) {
              const Float8 value = splat8(a[r]);
              block.sum[r][0] += value * left;
              block.sum[r][1] += value * right;
            }
          }
        };
        if (wide >= 16) {
          add([](const float* b) { return load8(b); }, [](const float* b) { return load8(b + 8); });
        } else {
          add([&](const float* b) { return load_some(b, wide); },
              [&](const float* b) { return wide > 8 ? load_some(b + 8, wide - 8) : Float8{}; });
        }
        for (int r = 0; r < R; ++r) {
          float* to = sums + (row + r) * columns + column;
          store_some(to, load_some(to, wide) + block.sum[r][0], wide);
          if (wide > 8) store_some(to + 8, load_some(to + 8, wide - 8) + block.sum[r][1], wide - 8);
        }
      }
    });
  }
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
