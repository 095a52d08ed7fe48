#pragma once
// ./dev gpu-check: everything that only a GPU can show, checked where there is one and listed as unverified where not.

#include <filesystem>
#include <string>
#include <vector>

namespace ganvas::gpucheck {

enum class CheckStatus { passed, failed, unverified };

struct CheckResult {
  std::string name;
  CheckStatus status = CheckStatus::unverified;
  std::string figures;  ///< what was measured, or why nothing was
  double seconds = 0;   ///< that the check took
};

/// The graphics card, or why there is none.
struct GpuInfo {
  bool present = false;
  std::string text;  ///< "NVIDIA H100, compute 9.0, 80.0 GB, driver 13.0" or the reason
};
GpuInfo gpu_info();
/// Bytes that torch took of the card at most since the last reset. Needs a card.
std::size_t peak_gpu_bytes();
void reset_peak_gpu_bytes();
/// Torch takes no more than `bytes` of the card from now on; 0: all of it. Gives back what it does not use.
void limit_gpu_memory(double bytes);

class Checklist;  // guard.h
void check_operators(Checklist& checks);
void check_generator(Checklist& checks);
void check_display(Checklist& checks);
void check_training(Checklist& checks);
void check_recipes(Checklist& checks);
void check_trace(Checklist& checks);

/// Runs all checks, prints a line each, writes the report (Markdown) after each when `report` is not empty.
/// Returns the exit code: 0 when nothing failed, 1 otherwise.
int run_gpu_check(const std::filesystem::path& report);

}  // namespace ganvas::gpucheck
