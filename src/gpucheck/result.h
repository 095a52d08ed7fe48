#pragma once
// ./dev gpu-check: everything that only a GPU can show, checked where there is one and listed as unverified where not.

#include <filesystem>
#include <string>
#include <vector>

namespace ganvas {

enum class CheckStatus { passed, failed, unverified };

struct CheckResult {
  std::string name;
  CheckStatus status = CheckStatus::unverified;
  std::string figures;  ///< what was measured, or why nothing was
};

/// The graphics card, or why there is none.
struct GpuInfo {
  bool present = false;
  std::string text;  ///< "NVIDIA H100, compute 9.0, 80.0 GB, driver 13.0" or the reason
};
GpuInfo gpu_info();

/// Each check catches its own errors and reports them as failed.
std::vector<CheckResult> check_operators(const GpuInfo& gpu);
std::vector<CheckResult> check_generator(const GpuInfo& gpu);
std::vector<CheckResult> check_display(const GpuInfo& gpu);
std::vector<CheckResult> check_training(const GpuInfo& gpu);
std::vector<CheckResult> check_trace(const GpuInfo& gpu);

/// Runs all checks, prints a line each, writes the report (Markdown) when `report` is not empty.
/// Returns the exit code: 0 when nothing failed, 1 otherwise.
int run_gpu_check(const std::filesystem::path& report);

}  // namespace ganvas
