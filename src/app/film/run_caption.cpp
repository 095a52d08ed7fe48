#include "app/film/run_caption.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/training/pace.h"

namespace ganvas::app {

namespace {

constexpr std::size_t curve_points = 300;

/// A figure over the run, at curve_points places alike far apart in kimg; the mean of the steps around each.
std::vector<float> curve_of(const std::vector<train::StepReport>& steps, double train::StepReport::*figure,
                            double end_kimg) {
  std::vector<double> sums(curve_points);
  std::vector<int> counts(curve_points);
  for (const train::StepReport& step : steps) {
    const auto at =
        static_cast<std::size_t>(std::clamp(step.kimg / end_kimg, 0.0, 1.0) * static_cast<double>(curve_points - 1));
    if (!std::isfinite(step.*figure)) continue;
    sums[at] += step.*figure;
    ++counts[at];
  }
  std::vector<float> curve(curve_points);
  for (std::size_t i = 0; i < curve_points; ++i)
    curve[i] = counts[i] > 0 ? static_cast<float>(sums[i] / counts[i]) : std::nanf("");
  return curve;
}

}  // namespace

media::Caption run_caption(const std::vector<train::StepReport>& steps, double kimg, double end_kimg) {
  const double end = std::max(1e-9, end_kimg);
  double seconds = 0;
  std::int64_t step = 0;
  for (const train::StepReport& report : steps) {
    if (report.kimg > kimg) break;
    seconds += report.seconds;
    step = report.step;
  }
  media::Caption caption{.text = fmt::format("{:.1f} kimg  ·  step {}  ·  {}", kimg, step, clock_text(seconds)),
                         .reached = kimg / end};
  if (!steps.empty())
    caption.curves = {curve_of(steps, &train::StepReport::d_loss, end),
                      curve_of(steps, &train::StepReport::g_loss, end)};
  return caption;
}

}  // namespace ganvas::app
