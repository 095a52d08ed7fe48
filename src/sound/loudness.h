#pragma once
// Loudness of sound, as a whole and in three bands.

#include <span>

namespace ganvas::sound {

/// Loudness 0..1: -60 dB of full scale and less is 0, full scale 1.
struct Loudness {
  double level = 0, low = 0, middle = 0, high = 0;
};

/// Follows sound of one channel: fast up (the mean square of 10 ms), slowly down (0.2 s to a third). Bands part at 250
/// Hz and 2 kHz (Butterworth of second order). For one thread.
class LoudnessMeter {
 public:
  /// rate: samples a second.
  explicit LoudnessMeter(double rate);
  /// Samples in -1..1.
  void add(std::span<const float> samples);
  [[nodiscard]] Loudness now() const;

 private:
  /// A filter of second order.
  struct Biquad {
    double b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0, z1 = 0, z2 = 0;
    double step(double x);
  };
  static Biquad butterworth(double rate, double cutoff, bool high_pass);

  double rise_, fall_;
  Biquad low_, middle_from_, middle_to_, high_;
  double means_[4] = {};   ///< mean squares of level, low, middle, high
  double powers_[4] = {};  ///< the same, falling slowly
};

}  // namespace ganvas::sound
