#include "ui/widgets/chart_series.h"

#include <algorithm>
#include <cmath>

namespace ganvas::ui {
namespace {

constexpr std::size_t kFan = 4;

void widen(ValueRange& range, const ValueRange& other) {
  range.low = std::min(range.low, other.low);
  range.high = std::max(range.high, other.high);
}

}  // namespace

void ChartSeries::append(float value) {
  if (!std::isfinite(value)) value = values_.empty() ? 0.0F : values_.back();
  values_.push_back(value);
  std::size_t run = kFan;
  for (std::size_t level = 0; values_.size() % run == 0; ++level, run *= kFan) {
    if (level == levels_.size()) levels_.emplace_back();
    ValueRange range{value, value};
    for (std::size_t i = 1; i <= kFan; ++i) {
      if (level == 0) {
        const float each = values_[values_.size() - i];
        widen(range, {each, each});
      } else {
        widen(range, levels_[level - 1][levels_[level - 1].size() - i]);
      }
    }
    levels_[level].push_back(range);
  }
}

void ChartSeries::clear() {
  values_.clear();
  levels_.clear();
}

ValueRange ChartSeries::range(std::size_t begin, std::size_t end) const {
  ValueRange range{values_[begin], values_[begin]};
  while (begin < end) {
    // The longest complete run that starts here and fits.
    std::size_t run = 1;
    std::size_t level = 0;
    while (level < levels_.size() && begin % (run * kFan) == 0 && begin + run * kFan <= end &&
           begin / (run * kFan) < levels_[level].size()) {
      run *= kFan;
      ++level;
    }
    if (level == 0) {
      widen(range, {values_[begin], values_[begin]});
    } else {
      widen(range, levels_[level - 1][begin / run]);
    }
    begin += run;
  }
  return range;
}

void SmoothedSeries::append(float value) {
  raw_.append(value);
  append_smooth(raw_[raw_.size() - 1]);
}

void SmoothedSeries::append_smooth(float value) {
  const double keep = smoothing_;
  mean_ = keep * mean_ + (1 - keep) * value;
  weight_ = keep * weight_ + (1 - keep);
  smooth_.append(static_cast<float>(mean_ / weight_));
}

void SmoothedSeries::clear() {
  raw_.clear();
  smooth_.clear();
  mean_ = weight_ = 0;
}

void SmoothedSeries::set_smoothing(float smoothing) {
  smoothing = std::clamp(smoothing, 0.0F, 0.999F);
  if (smoothing == smoothing_) return;
  smoothing_ = smoothing;
  smooth_.clear();
  mean_ = weight_ = 0;
  for (std::size_t i = 0; i < raw_.size(); ++i) append_smooth(raw_[i]);
}

}  // namespace ganvas::ui
