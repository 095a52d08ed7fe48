#include "peak.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace ganvas::bench {

double shortest_seconds(int runs, const std::function<void()>& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

double convolution_peak() {
  static const double peak = [] {
    const at::NoGradGuard no_grad;
    const at::Tensor x = at::randn({1, 512, 32, 32}), w = at::randn({512, 512, 3, 3});
    const double seconds = shortest_seconds(20, [&] { at::conv2d(x, w, {}, 1, 1); });
    return 2.0 * 512 * 512 * 9 * 32 * 32 / seconds / 1e9;
  }();
  return peak;
}

}  // namespace ganvas::bench
