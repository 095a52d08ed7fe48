#pragma once

#include <cstdint>

namespace ganvas::ops {

/// Steps between neighbours of a weight [to, from, y, x], in floats.
struct WeightSteps {
  std::int64_t to = 0, from = 0, y = 0, x = 0;
};

}  // namespace ganvas::ops
