#include <ctime>

#include "core/error.h"
#include "core/files.h"
#include "gpucheck/result.h"

namespace ganvas {
namespace {

const char* word(CheckStatus status) {
  switch (status) {
    case CheckStatus::passed:
      return "passed";
    case CheckStatus::failed:
      return "FAILED";
    case CheckStatus::unverified:
      return "unverified";
  }
  return "";
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm date{};
  gmtime_r(&now, &date);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &date);
  return text;
}

std::string markdown(const GpuInfo& gpu, const std::vector<CheckResult>& results) {
  std::string text = fmt::format(
      "# GPU report\n\nWritten by `./dev gpu-check` on {}. Card: {}.\n\n"
      "| check | result | figures |\n|---|---|---|\n",
      today(), gpu.present ? gpu.text : "none, " + gpu.text);
  for (const CheckResult& result : results) {
    text += fmt::format("| {} | {} | {} |\n", result.name, word(result.status), result.figures);
  }
  if (!gpu.present) {
    text +=
        "\nWhat is unverified compiles and links in every build with nvcc. The arithmetic of each kernel is one "
        "function that\n"
        "the CPU loop shares, so the tests check it; what only a GPU can show waits for a machine that has one.\n";
  }
  return text;
}

}  // namespace

int run_gpu_check(const std::filesystem::path& report) {
  const GpuInfo gpu = gpu_info();
  fmt::print("GPU: {}\n", gpu.present ? gpu.text : "none, " + gpu.text);
  std::vector<CheckResult> results;
  int failed = 0, unverified = 0;
  for (const auto check : {check_operators, check_generator, check_display, check_training, check_trace}) {
    for (CheckResult& result : check(gpu)) {
      fmt::print("{:10}  {}: {}\n", word(result.status), result.name, result.figures);
      failed += result.status == CheckStatus::failed ? 1 : 0;
      unverified += result.status == CheckStatus::unverified ? 1 : 0;
      results.push_back(std::move(result));
    }
  }
  if (!report.empty()) write_file(report, markdown(gpu, results));
  fmt::print("{} checks: {} passed, {} failed, {} unverified\n", results.size(), results.size() - failed - unverified,
             failed, unverified);
  return failed == 0 ? 0 : 1;
}

}  // namespace ganvas
