#include "ops/vector/products.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"
#include "ops/vector/vectors.h"

namespace ganvas::ops {
namespace {

std::vector<float> some_values(std::int64_t count, std::uint64_t seed) {
  RandomStream random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

// Each sum is a chain of fused multiply-adds in the order of its terms, so every processor gives these bits.
TEST(Products, AreTheChainsOfFusedSumsBitForBit) {
  if (!has_vector_unit()) GTEST_SKIP() << "This processor has no AVX2.";
  ASSERT_EQ(most_block_rows % rows_at_once(), 0);
  for (std::int64_t count = 1; count <= rows_at_once(); ++count) {
    for (const int taps : {1, 3}) {
      for (const std::int64_t depth : {1, 3, 8, 21}) {
        const std::vector<float> x = some_values(count * taps * depth, 1), panel = some_values(taps * depth * 16, 2);
        std::vector<const float*> rows;
        for (std::int64_t i = 0; i < taps * count; ++i) rows.push_back(x.data() + i * depth);
        for (const std::int64_t wide : {1, 7, 8, 16}) {
          std::vector<float> out(static_cast<std::size_t>(count * 19), -1.0F);
          multiply({rows.data(), count, taps, depth, panel.data()}, count, out.data(), 19, wide);
          for (std::int64_t r = 0; r < count; ++r) {
            for (std::int64_t lane = 0; lane < 19; ++lane) {
              float sum = lane < wide ? 0.0F : -1.0F;  // beyond what was asked for, nothing is written
              for (std::int64_t i = 0; i < taps * depth && lane < wide; ++i)
                sum = std::fma(rows[i / depth * count + r][i % depth], panel[i * 16 + lane], sum);
              ASSERT_EQ(out[r * 19 + lane], sum) << count << " " << taps << " " << depth << " " << wide;
            }
          }
        }
      }
    }
  }
}

TEST(Products, AreAddedBitForBit) {
  if (!has_vector_unit()) GTEST_SKIP() << "This processor has no AVX2.";
  constexpr std::int64_t lines = 11, rows = 29;
  const std::vector<float> x = some_values(lines * rows, 3);
  std::vector<const float*> samples;
  for (std::int64_t line = 0; line < lines; ++line) samples.push_back(x.data() + line * rows);
  for (const std::int64_t columns : {1, 8, 16, 23, 40}) {
    const std::vector<float> w = some_values(lines * columns, 4), before = some_values(rows * columns, 5);
    std::vector<float> sums = before;
    add_products(samples.data(), w.data(), lines, 2, rows - 1, columns, sums.data());
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t column = 0; column < columns; ++column) {
        float sum = 0;
        for (std::int64_t line = 0; line < lines; ++line)
          sum = std::fma(samples[line][row], w[line * columns + column], sum);
        const float start = before[row * columns + column];
        ASSERT_EQ(sums[row * columns + column], row >= 2 && row < rows - 1 ? start + sum : start);
      }
    }
  }
}

}  // namespace
}  // namespace ganvas::ops
