#pragma once
// Places of the map as styles. In a header, as the interface needs it and knows nothing of torch.

#include <cmath>
#include <vector>

#include "app/search/search_view.h"

namespace ganvas::app {

/// w at a place of the map, x and y in -1..1.
inline std::vector<float> map_point(const MapView& map, double x, double y) {
  std::vector<float> w(map.middle.size());
  double squares = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    w[i] = static_cast<float>(map.middle[i] + x * map.right[i] + y * map.down[i]);
    squares += static_cast<double>(w[i]) * w[i];
  }
  if (map.length > 0 && squares > 0)
    for (float& value : w) value = static_cast<float>(value * map.length / std::sqrt(squares));
  return w;
}

}  // namespace ganvas::app
