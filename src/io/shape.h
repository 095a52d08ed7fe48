#pragma once
// The shape that a file claims for a tensor, checked before anything is made of it.

#include <cstdint>
#include <vector>

namespace ganvas::io {

/// Values of a tensor of this shape. Throws Error with a clause for negative sizes, too many dimensions, and products
/// beyond what any tensor has, sizes of 0 among them or not.
std::uint64_t checked_values(const std::vector<std::int64_t>& shape);

}  // namespace ganvas::io
