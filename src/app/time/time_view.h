#pragma once
// What is shown of the past of the model's run. No torch.

#include <cstdint>
#include <string>
#include <vector>

namespace ganvas::app {

/// The moments of the run that the model on screen comes from.
struct TimeView {
  struct Moment {
    std::int64_t step = 0;
    double kimg = 0;
    bool marked = false;
  };
  std::string run;              ///< run folder; empty: the model comes from none
  std::vector<Moment> moments;  ///< kept weights, rising
  std::uint64_t bytes = 0;      ///< of all, on disk
  bool loading = false;         ///< weights are on their way
};

}  // namespace ganvas::app
