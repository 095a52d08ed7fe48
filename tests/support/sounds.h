#pragma once
// Sound of the tests' own making: clicks at known times, written with libsndfile.

#include <sndfile.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <vector>

namespace ganvas::test {

/// Seconds of clicks that go evenly at `tempo` a minute from `first` on, up to 0.2 s before `end`.
inline std::vector<double> even_clicks(double tempo, double first, double end) {
  std::vector<double> times;
  for (int i = 0; first + i * 60 / tempo < end - 0.2; ++i) times.push_back(first + i * 60 / tempo);
  return times;
}

/// A short stroke at each time, every fourth a higher one, in `channels` channels of which each is half as loud as the
/// one before; sample by sample.
inline std::vector<float> click_track(const std::vector<double>& times, double seconds, int rate = 44100,
                                      int channels = 1) {
  const auto count = static_cast<std::size_t>(std::llround(seconds * rate));
  std::vector<float> samples(count * static_cast<std::size_t>(channels));
  for (std::size_t k = 0; k < times.size(); ++k) {
    const double pitch = k % 4 == 0 ? 1500 : 1000;
    const auto from = static_cast<std::size_t>(std::llround(times[k] * rate));
    for (std::size_t i = 0; i < static_cast<std::size_t>(0.03 * rate) && from + i < count; ++i) {
      const double t = static_cast<double>(i) / rate;
      double value = 0.6 * std::exp(-t / 0.006) * std::sin(2 * std::numbers::pi * pitch * t);
      for (int c = 0; c < channels; ++c, value /= 2)
        samples[(from + i) * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)] +=
            static_cast<float>(value);
    }
  }
  return samples;
}

/// format: of libsndfile.
inline void write_sound(const std::filesystem::path& path, const std::vector<float>& samples, int rate = 44100,
                        int channels = 1, int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16) {
  SF_INFO info{.samplerate = rate, .channels = channels, .format = format};
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  sf_writef_float(file, samples.data(), static_cast<sf_count_t>(samples.size()) / channels);
  sf_close(file);
}

}  // namespace ganvas::test
