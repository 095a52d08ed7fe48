#pragma once
// The arithmetic of a chart: axes with round ticks, smoothing, thinning. Pure functions.

#include <span>
#include <string>
#include <vector>

namespace ganvas::media {

/// One axis: its ends, its ticks and their labels.
struct Axis {
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  std::vector<double> ticks;        // ascending, within low..high
  std::vector<std::string> labels;  // one a tick

  /// Where `value` lies: 0 at low, 1 at high; beyond that outside. NaN when it has no place (log of 0).
  [[nodiscard]] double position(double value) const;
};

/// How an axis is laid out.
struct AxisOptions {
  int ticks = 6;             ///< wanted number; the real one is near it
  bool logarithmic = false;  ///< low and high must be positive
  bool widen = false;        ///< move the ends out to whole ticks
};

/// An axis for low..high with ticks at 1, 2 or 5 times a power of ten. Equal or unusable ends are moved apart.
Axis make_axis(double low, double high, const AxisOptions& options);

/// Exponential moving average with `weight` of the past (0: unchanged, 0.99: very smooth), corrected for its start as
/// in Adam, so the first value stays. A NaN stays and does not spread.
std::vector<double> smoothed(std::span<const double> values, double weight);

/// The range that a chart of `values` shows: all of them, but when a few outliers (1 in 100) would stretch it more than
/// threefold, only the rest. Ignores NaN, infinities and, with `positive`, what is not above 0.
/// Returns false when nothing is left.
bool value_range(std::span<const double> values, bool positive, double& low, double& high);

/// A point of a line on the page.
struct ChartPoint {
  double x = 0;
  double y = 0;
};

/// A line with at most four points a pixel column (first, lowest, highest, last), which looks the same. Points are in
/// pixels with ascending x; a point with NaN is a gap and stays.
std::vector<ChartPoint> thinned(std::span<const ChartPoint> line);

}  // namespace ganvas::media
