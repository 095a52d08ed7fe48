#pragma once
// What this machine can do right now, to express every other figure as a fraction of it.

#include <functional>

namespace ganvas::bench {

/// Shortest time of `runs` calls, in seconds.
double shortest_seconds(int runs, const std::function<void()>& work);

/// GFLOP/s of a 512 -> 512 channel 3x3 convolution at 32x32, float32, one picture, all threads. Measured once a
/// program.
double convolution_peak();

}  // namespace ganvas::bench
