#pragma once
// The values of one chart line with what drawing needs at any zoom: appended to as training goes on, never rebuilt.

#include <cstddef>
#include <vector>

namespace ganvas::ui {

struct ValueRange {
  float low = 0;
  float high = 0;
};

/// Keeps, besides the values, the least and greatest of each run of 4, 16, 64, ... of them, so that the extent of any
/// stretch costs a logarithm of its length.
class ChartSeries {
 public:
  void append(float value);
  void clear();
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] float operator[](std::size_t i) const { return values_[i]; }
  /// Of values begin..end-1, which must be a stretch inside with at least one value. Values that are not finite count
  /// as the one before.
  [[nodiscard]] ValueRange range(std::size_t begin, std::size_t end) const;

 private:
  std::vector<float> values_;
  std::vector<std::vector<ValueRange>> levels_;  // levels_[k][i]: of values i * 4^(k+1) .. , complete runs only
};

/// A line and its exponential moving average.
class SmoothedSeries {
 public:
  void append(float value);
  void clear();
  /// 0 (as it is) .. 0.999; the average is made anew when it changes.
  void set_smoothing(float smoothing);
  [[nodiscard]] const ChartSeries& raw() const { return raw_; }
  [[nodiscard]] const ChartSeries& smooth() const { return smooth_; }

 private:
  void append_smooth(float value);

  ChartSeries raw_;
  ChartSeries smooth_;
  float smoothing_ = 0.9F;
  double mean_ = 0;    // of the moving average, not yet corrected
  double weight_ = 0;  // of the values in it: the average starts without a bias towards 0 (Kingma and Ba 2014)
};

}  // namespace ganvas::ui
