#pragma once
// Runs checks one by one: unverified without a GPU, failed with the sentence when one throws.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gpucheck/result.h"

namespace ganvas::gpucheck {

/// -> (passed, figures)
using Check = std::function<std::pair<bool, std::string>()>;

/// The checks done so far. Each is told to `tell` as soon as it is done, since some take a minute.
class Checklist {
 public:
  using Tell = std::function<void(const std::vector<CheckResult>&)>;
  Checklist(GpuInfo gpu, Tell tell) : gpu_(std::move(gpu)), tell_(std::move(tell)) {}

  void on_gpu(const std::string& name, const Check& check);
  /// The same for what needs no GPU.
  void anywhere(const std::string& name, const Check& check);

 private:
  void run(const std::string& name, const Check& check);

  GpuInfo gpu_;
  Tell tell_;
  std::vector<CheckResult> results_;
};

}  // namespace ganvas::gpucheck
