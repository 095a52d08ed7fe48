#pragma once
// The innermost loops of convolutions: rows of floats times panels of sixteen columns, in registers. Compiled for
// processors with AVX2 and for those with AVX-512, and chosen when the program starts; each sum has the same terms in
// the same order in both, so the bits are the same.

#include <cstdint>

namespace ganvas::ops {

constexpr int panel_width = 16;
constexpr int most_block_rows = 12;  ///< rows_at_once() is at most that, and divides it

constexpr std::int64_t panels_of(std::int64_t columns) {
  return (columns + panel_width - 1) / panel_width;
}

/// What multiply() reads: for each of `taps`, rows rows[tap * row_step + r] of `depth` floats, and the panel's next
/// `depth` lines of sixteen.
struct Product {
  const float* const* rows = nullptr;
  std::int64_t row_step = 0;
  int taps = 1;
  std::int64_t depth = 0;
  const float* panel = nullptr;
};

/// How many rows multiply() takes at once on this processor: 6 or 12.
int rows_at_once();

/// out[r * step + lane] = the sum over taps and depth of row r times the panel's column `lane`, for r < count, which is
/// at most rows_at_once(), and lane < wide, which is at most sixteen.
void multiply(const Product& product, std::int64_t count, float* out, std::int64_t step, std::int64_t wide);

/// sums [rows][columns] += for each line: samples[line][row] * w[line][column], for rows first .. last.
void add_products(const float* const* samples, const float* w, std::int64_t lines, std::int64_t first,
                  std::int64_t last, std::int64_t columns, float* sums);

}  // namespace ganvas::ops
