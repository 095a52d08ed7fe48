#pragma once
// Runs one check: unverified without a GPU, failed with the sentence when it throws.

#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "gpucheck/result.h"

namespace ganvas {

/// `check` returns (passed, figures).
inline CheckResult on_gpu(const GpuInfo& gpu, const std::string& name,
                          const std::function<std::pair<bool, std::string>()>& check) {
  if (!gpu.present) return {name, CheckStatus::unverified, gpu.text};
  try {
    const auto [passed, figures] = check();
    return {name, passed ? CheckStatus::passed : CheckStatus::failed, figures};
  } catch (const std::exception& error) {
    return {name, CheckStatus::failed, error.what()};
  }
}

/// The same for what needs no GPU.
inline CheckResult anywhere(const std::string& name, const std::function<std::pair<bool, std::string>()>& check) {
  return on_gpu({true, ""}, name, check);
}

}  // namespace ganvas
