#pragma once
// Networks that have a level for each resolution from 4x4 up.

#include <algorithm>
#include <bit>
#include <vector>

#include "models/network_spec.h"

namespace ganvas::models {

/// Levels from 4x4 up to `resolution`, a power of two.
inline int levels_up_to(int resolution) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(resolution))) - 2;
}

/// The widths of so many levels, of which `channels` has the lowest: further ones are half as wide as the one below.
inline std::vector<int> widths_of_levels(std::vector<int> channels, int levels) {
  channels.resize(std::min(channels.size(), static_cast<std::size_t>(levels)));
  while (!channels.empty() && static_cast<int>(channels.size()) < levels)
    channels.push_back(std::max(channels.back() / 2, 1));
  return channels;
}

/// `spec` for pictures of another size, with two style rows a level. Throws Error for one that is no power of two.
NetworkSpec with_levels_for(NetworkSpec spec, int resolution);

}  // namespace ganvas::models
