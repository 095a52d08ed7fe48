#pragma once
// Memory that convolutions work in, kept by each thread from call to call.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ganvas::ops {

/// The calling thread's buffer `slot` (0..3), at least `count` floats, undefined values. Valid until the thread asks
/// for the same slot again.
inline float* scratch(int slot, std::int64_t count) {
  static thread_local std::vector<float> buffers[4];
  std::vector<float>& buffer = buffers[slot];
  if (buffer.size() < static_cast<std::size_t>(count)) {
    buffer.clear();
    buffer.resize(static_cast<std::size_t>(count));
  }
  return buffer.data();
}

/// At least `count` zeros.
inline const std::vector<float>& scratch_zeros(std::int64_t count) {
  static thread_local std::vector<float> zeros;
  if (zeros.size() < static_cast<std::size_t>(count)) zeros.assign(static_cast<std::size_t>(count), 0.0F);
  return zeros;
}

}  // namespace ganvas::ops
