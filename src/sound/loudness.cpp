#include "sound/loudness.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ganvas::sound {

namespace {

constexpr double split_low = 250, split_high = 2000;  ///< Hz
constexpr double floor_db = -60, rise_seconds = 0.01, fall_seconds = 0.2;

double loudness(double mean_square) {
  const double db = 10 * std::log10(std::max(2 * mean_square, 1e-12));  // a full sine has the mean square 1/2
  return std::clamp(1 - db / floor_db, 0.0, 1.0);
}

}  // namespace

double LoudnessMeter::Biquad::step(double x) {
  const double y = b0 * x + z1;
  z1 = b1 * x - a1 * y + z2;
  z2 = b2 * x - a2 * y;
  return y;
}

/// By the bilinear transform.
LoudnessMeter::Biquad LoudnessMeter::butterworth(double rate, double cutoff, bool high_pass) {
  const double k = std::tan(std::numbers::pi * std::min(cutoff, 0.45 * rate) / rate);
  const double norm = 1 / (1 + std::numbers::sqrt2 * k + k * k);
  Biquad filter;
  filter.b0 = (high_pass ? 1 : k * k) * norm;
  filter.b1 = (high_pass ? -2 : 2) * filter.b0;
  filter.b2 = filter.b0;
  filter.a1 = 2 * (k * k - 1) * norm;
  filter.a2 = (1 - std::numbers::sqrt2 * k + k * k) * norm;
  return filter;
}

LoudnessMeter::LoudnessMeter(double rate)
    : rise_(std::exp(-1 / (rise_seconds * rate))),
      fall_(std::exp(-1 / (fall_seconds * rate))),
      low_(butterworth(rate, split_low, false)),
      middle_from_(butterworth(rate, split_low, true)),
      middle_to_(butterworth(rate, split_high, false)),
      high_(butterworth(rate, split_high, true)) {}

void LoudnessMeter::add(std::span<const float> samples) {
  for (const float sample : samples) {
    const double x = std::isfinite(sample) ? sample : 0;
    const double bands[4] = {x, low_.step(x), middle_to_.step(middle_from_.step(x)), high_.step(x)};
    for (int i = 0; i < 4; ++i) {
      means_[i] = rise_ * means_[i] + (1 - rise_) * bands[i] * bands[i];
      powers_[i] = std::max(means_[i], fall_ * powers_[i]);
    }
  }
}

Loudness LoudnessMeter::now() const {
  return {loudness(powers_[0]), loudness(powers_[1]), loudness(powers_[2]), loudness(powers_[3])};
}

}  // namespace ganvas::sound
