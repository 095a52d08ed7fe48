#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>

#include "core/error.h"
#include "core/files.h"
#include "gpucheck/guard.h"

namespace ganvas::gpucheck {
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

void Checklist::run(const std::string& name, const Check& check) {
  const auto start = std::chrono::steady_clock::now();
  CheckResult result{name, CheckStatus::failed, ""};
  try {
    const auto [passed, figures] = check();
    result = {name, passed ? CheckStatus::passed : CheckStatus::failed, figures};
  } catch (const std::exception& error) {
    result.figures = error.what();
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  results_.push_back(std::move(result));
  tell_(results_);
}

void Checklist::on_gpu(const std::string& name, const Check& check) {
  if (gpu_.present) return run(name, check);
  results_.push_back({name, CheckStatus::unverified, gpu_.text});
  tell_(results_);
}

void Checklist::anywhere(const std::string& name, const Check& check) {
  run(name, check);
}

int run_gpu_check(const std::filesystem::path& report) {
  const GpuInfo gpu = gpu_info();
  fmt::print("GPU: {}\n", gpu.present ? gpu.text : "none, " + gpu.text);
  std::size_t done = 0, failed = 0, unverified = 0;
  Checklist checks(gpu, [&](const std::vector<CheckResult>& results) {
    const CheckResult& result = results.back();
    fmt::print("{:10}  {}: {} ({:.1f} s)\n", word(result.status), result.name, result.figures, result.seconds);
    std::fflush(stdout);
    ++done;
    failed += result.status == CheckStatus::failed ? 1 : 0;
    unverified += result.status == CheckStatus::unverified ? 1 : 0;
    if (!report.empty()) write_file(report, markdown(gpu, results));
  });
  for (const auto check :
       {check_operators, check_generator, check_display, check_training, check_trace, check_recipes}) {
    check(checks);
  }
  fmt::print("{} checks: {} passed, {} failed, {} unverified\n", done, done - failed - unverified, failed, unverified);
  return failed == 0 ? 0 : 1;
}

}  // namespace ganvas::gpucheck
