#include "io/shape.h"

#include "core/error.h"
#include "core/outside/limits.h"

namespace ganvas::io {

std::uint64_t checked_values(const std::vector<std::int64_t>& shape) {
  require(shape.size() <= limits::dimensions, "it has a tensor of {} dimensions", shape.size());
  std::uint64_t values = 1;
  bool none = false;
  for (const std::int64_t size : shape) {
    require(size >= 0, "it has a tensor of negative size");
    none = none || size == 0;
    if (size == 0) continue;
    require(values <= limits::tensor_values / static_cast<std::uint64_t>(size), "it has a tensor of impossible size");
    values *= static_cast<std::uint64_t>(size);
  }
  return none ? 0 : values;
}

}  // namespace ganvas::io
