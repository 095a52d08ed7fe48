#include "media/charts/chart_scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ganvas::media {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// 1, 2 or 5 times a power of ten, not below `rough`.
double round_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  }
  return 10.0 * power;
}

/// "1.5M", "20k", "0.25": `decimals` digits after the point, in units of thousands or millions from `largest` on.
std::string tick_label(double value, double largest, double step) {
  double unit = 1;
  const char* suffix = "";
  if (largest >= 1e6) {
    unit = 1e6;
    suffix = "M";
  } else if (largest >= 1e4) {
    unit = 1e3;
    suffix = "k";
  }
  if (value == 0) return "0";
  if (largest >= 1e10 || step < 1e-5) return fmt::format("{:.3g}", value);
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step / unit) - 1e-9)));
  return fmt::format("{:.{}f}{}", value / unit, decimals, suffix);
}

void place_linear(Axis& axis, const AxisOptions& options) {
  const double step = round_step((axis.high - axis.low) / std::max(1, options.ticks));
  constexpr double slack = 1e-9;
  double first = std::ceil(axis.low / step - slack);
  double last = std::floor(axis.high / step + slack);
  if (options.widen) {
    first = std::floor(axis.low / step + slack);
    last = std::ceil(axis.high / step - slack);
    axis.low = first * step;
    axis.high = last * step;
  }
  const double largest = std::max(std::abs(first), std::abs(last)) * step;
  for (double i = first; i <= last; ++i) {
    axis.ticks.push_back(i * step);
    axis.labels.push_back(tick_label(i * step, largest, step));
  }
}

void place_logarithmic(Axis& axis, const AxisOptions& options) {
  if (options.widen) {
    const auto outward = [](double value, bool up) {  // to 1, 2 or 5 times a power of ten
      const double power = std::pow(10.0, std::floor(std::log10(value) + 1e-9));
      const double lead = value / power;
      if (up) return power * (lead <= 1.0001 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
      return power * (lead < 2 ? 1 : lead < 5 ? 2 : 5);
    };
    axis.low = outward(axis.low, false);
    axis.high = outward(axis.high, true);
  }
  const double decades = std::log10(axis.high / axis.low);
  const int every = std::max(1, static_cast<int>(std::ceil(decades / std::max(1, options.ticks))));
  const bool between = decades * 3 <= options.ticks + 2;
  for (int power = static_cast<int>(std::floor(std::log10(axis.low))); power <= std::log10(axis.high) + 1e-9; ++power) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const bool wanted = factor == 1.0 ? power % every == 0 : between;
      const double value = factor * std::pow(10.0, power);
      if (!wanted || value < axis.low * (1 - 1e-9) || value > axis.high * (1 + 1e-9)) continue;
      axis.ticks.push_back(value);
      axis.labels.push_back(value < 1e-3 ? fmt::format("{:g}", value) : tick_label(value, value, value));
    }
  }
}

}  // namespace

double Axis::position(double value) const {
  if (!logarithmic) return (value - low) / (high - low);
  return value > 0 ? std::log(value / low) / std::log(high / low) : nan;
}

Axis make_axis(double low, double high, const AxisOptions& options) {
  Axis axis{low, high, options.logarithmic, {}, {}};
  if (!std::isfinite(low) || !std::isfinite(high) || (options.logarithmic && low <= 0)) {
    axis.low = options.logarithmic ? 0.1 : 0;
    axis.high = 1;
  } else if (high - low <= 1e-12 * std::max(std::abs(low), std::abs(high))) {
    const double half = low == 0 ? 0.5 : std::abs(low) * 0.1;
    axis.low = low - half;
    axis.high = high + half;
  }
  options.logarithmic ? place_logarithmic(axis, options) : place_linear(axis, options);
  return axis;
}

std::vector<double> smoothed(std::span<const double> values, double weight) {
  std::vector<double> out(values.begin(), values.end());
  double sum = 0;
  double mass = 0;
  for (double& value : out) {
    if (!std::isfinite(value)) continue;
    sum = weight * sum + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    value = sum / mass;
  }
  return out;
}

bool value_range(std::span<const double> values, bool positive, double& low, double& high) {
  std::vector<double> sorted;
  for (const double value : values) {
    if (std::isfinite(value) && (!positive || value > 0)) sorted.push_back(value);
  }
  if (sorted.empty()) return false;
  std::sort(sorted.begin(), sorted.end());
  low = sorted.front();
  high = sorted.back();
  const std::size_t cut = sorted.size() / 200;  // at each end
  const double inner_low = sorted[cut];
  const double inner_high = sorted[sorted.size() - 1 - cut];
  const auto length = [positive](double a, double b) { return positive ? std::log(b / a) : b - a; };
  if (inner_high > inner_low && length(low, high) > 3 * length(inner_low, inner_high)) {
    low = inner_low;
    high = inner_high;
  }
  return true;
}

std::vector<ChartPoint> thinned(std::span<const ChartPoint> line) {
  std::vector<ChartPoint> out;
  const auto is_gap = [](const ChartPoint& p) { return std::isnan(p.x) || std::isnan(p.y); };
  for (std::size_t begin = 0; begin < line.size();) {
    if (is_gap(line[begin])) {
      out.push_back(line[begin++]);
      continue;
    }
    std::size_t end = begin + 1;
    while (end < line.size() && !is_gap(line[end]) && std::floor(line[end].x) == std::floor(line[begin].x)) ++end;
    const auto column = line.subspan(begin, end - begin);
    const auto [lowest, highest] =
        std::minmax_element(column.begin(), column.end(), [](const auto& a, const auto& b) { return a.y < b.y; });
    std::vector<std::ptrdiff_t> keep{0, lowest - column.begin(), highest - column.begin(), std::ssize(column) - 1};
    std::sort(keep.begin(), keep.end());
    keep.erase(std::unique(keep.begin(), keep.end()), keep.end());
    for (const std::ptrdiff_t i : keep) out.push_back(column[static_cast<std::size_t>(i)]);
    begin = end;
  }
  return out;
}

}  // namespace ganvas::media
