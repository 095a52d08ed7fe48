#pragma once
// Sums over the pixels of channels-last pictures, in an order that depends on the sizes alone, whatever the number of
// threads.

#include <algorithm>
#include <array>
#include <cstdint>

#include "ops/vector/parallel.h"
#include "ops/vector/scratch.h"

namespace ganvas::ops {

struct PixelShape {
  std::int64_t pictures = 0, pixels = 0, channels = 0;
};

struct PixelBlock {
  std::int64_t picture, first, count;
};

constexpr std::int64_t pixels_in_block = 64;  // few enough that a block's channels stay in the cache

/// Calls use(block, sums) for all pixels, where sums [Kinds][channels] may be added to, and writes the sums of each
/// picture to totals[kind] [pictures, channels], where not null.
template <std::size_t Kinds, typename Use>
void sum_over_pixels(const PixelShape& s, const std::array<float*, Kinds>& totals, const Use& use) {
  constexpr int slot = 2;  // of scratch(); use() may take the others
  const std::int64_t blocks = (s.pixels + pixels_in_block - 1) / pixels_in_block;
  const std::int64_t at_once = std::max<std::int64_t>(8, blocks / 32), chunks = (blocks + at_once - 1) / at_once;
  const std::int64_t size = static_cast<std::int64_t>(Kinds) * s.channels;
  float* parts = scratch(slot, s.pictures * chunks * size);
  parallel_for(0, s.pictures * chunks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      float* sums = parts + i * size;
      std::fill_n(sums, size, 0.0F);
      const std::int64_t last = std::min(s.pixels, (i % chunks + 1) * at_once * pixels_in_block);
      for (std::int64_t first = i % chunks * at_once * pixels_in_block; first < last; first += pixels_in_block)
        use(PixelBlock{i / chunks, first, std::min(pixels_in_block, last - first)}, sums);
    }
  });
  for (std::size_t kind = 0; kind < Kinds; ++kind) {
    if (totals[kind] == nullptr) continue;
    for (std::int64_t picture = 0; picture < s.pictures; ++picture) {
      float* total = totals[kind] + picture * s.channels;
      std::fill_n(total, s.channels, 0.0F);
      for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
        const float* part = parts + (picture * chunks + chunk) * size + static_cast<std::int64_t>(kind) * s.channels;
        for (std::int64_t k = 0; k < s.channels; ++k) total[k] += part[k];
      }
    }
  }
}

}  // namespace ganvas::ops
